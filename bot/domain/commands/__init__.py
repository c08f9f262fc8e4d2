"""What people type: how it is understood, and how it is answered."""
