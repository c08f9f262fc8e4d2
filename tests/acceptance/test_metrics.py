"""What an alert goes by tells the truth when something is away."""


async def test_how_old_the_record_is_grows_while_it_cannot_be_read(bot):
    def age():
        return bot.core.metrics.registry.get_sample_value("pointsman_record_read_age_seconds")

    assert age() == float("inf"), "it was never read"

    await bot.refresh()
    assert age() == 0

    bot.monotonic[0] += 60
    assert age() == 60
