"""What an alert goes by tells the truth when something is away."""


async def test_how_old_the_record_is_grows_while_it_cannot_be_read(bot):
    def age():
        return bot.core.metrics.registry.get_sample_value("pointsman_record_read_age_seconds")

    assert age() == float("inf"), "it was never read"

    await bot.refresh()
    assert age() == 0

    bot.monotonic[0] += 60
    assert age() == 60


async def test_a_bug_in_a_delivery_is_among_the_bugs(bot):
    def counted(name, **labels):
        return bot.core.metrics.registry.get_sample_value(name, labels)

    assert counted("pointsman_faults_total", where="delivery") == 0

    bot.core.metrics.count_delivery("slack", "given_up")
    bot.core.metrics.count_delivery("slack", "fault")

    assert counted("pointsman_faults_total", where="delivery") == 1
    assert counted("pointsman_deliveries_total", platform="slack", outcome="fault") == 1
