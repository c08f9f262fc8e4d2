"""What the chats share: none of them knows another."""
