extension Corpus {
    /// Prose about weather, and about saying how sure one is.
    static let weather = """
        The wind from the west brings rain, and the wind from the east brings clear cold days. In the valley the wind
        turns before the weather turns. The keeper looks at the smoke of the inn, and when the smoke goes down to the
        river he brings his chair inside.

        Rain does not come to the river at once. It falls on the hills, it sinks into the ground, it gathers in the
        brooks, and a day later it is here. Whoever looks only at the sky above the bridge learns about the flood too
        late. You have to ask how it rained in the hills.

        There are five measuring posts along the river. Each of them sends the level every hour. When one of them is
        silent, the keeper does not write that the level is zero. He writes that he does not know, and he sends the
        boy to look.

        A forecast is not a promise. When the man on the radio says that it will rain with a chance of three in ten,
        then it should rain on three of ten such days. If it rains on all of them, or on none of them, the forecast
        was wrong, although nobody can say on which day.

        The fog comes in the autumn, when the water is warmer than the air. It lies on the river like wool. From the
        hill you can see the tops of the poplars and the spire of the church, and between them a white road where the
        river should be.

        In a hard winter the river freezes from the edges to the middle. First there is a rim of thin ice, then there
        are plates that turn in the current, and one morning everything is still. The children ask whether the ice
        will bear. The keeper cuts a hole, measures the ice and says how thick it is. He never says that it is safe.

        When the ice breaks, it breaks with a noise like thunder. The plates climb upon each other at the bridge, and
        the water rises behind them. Men with long poles push the plates apart. It is dangerous work, and it has to
        be done before evening, because in the dark nobody can see which way they will move.

        One dry day does not make a summer, and one wet day does not make a flood. The keeper looks at the level over
        many days and asks whether it is going up. But when the water stands at the red line, he does not ask for
        many days. He opens the weir.

        The swallows fly low before the rain. Everybody in the valley says so. The schoolmaster wrote it down for two
        years, with the swallows in one column and the rain in the other. It was true a little more often than not.
        He was pleased, because now he knew how often.

        A storm at sea is felt in the river three days later. The wind pushes the water into the mouth, the tide runs
        higher than the tables say, and the lowest street of the harbour is wet. The people there keep their carpets
        on the first floor and their potatoes in the attic.

        The sun comes out after the rain, and the roofs begin to steam. The gutters run, the sparrows wash in the
        puddles, and the lock keeper lifts his sluices by a finger to let the new water through. By noon the stones
        are dry, and only the river still remembers the rain.

        Last year the summer was so dry that the keeper found a wall in the bed of the river. Nobody knew what it had
        been. On one of the stones there was a line and a date, and under it the words: if you can see me, carry your
        water home.

        The longest night is quiet on the canal. Nothing moves, the lamps burn at the locks, and the frost draws
        ferns on the windows of the cabins. The keeper makes his round with a lantern. He tries every chain, he looks
        at every board, and he writes in the book that there was nothing to write.
        """
}
