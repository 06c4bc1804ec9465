extension Corpus {
    /// Prose about rivers: where they rise, how they move and what lives along them.
    static let rivers = """
        The river rises in the hills, where the rain collects in the moss and runs down between the stones. At first
        it is no wider than a hand. A child can step over it. By the time it reaches the valley it is wide enough to
        carry a boat, and deep enough to hide one.

        A river never stands still. It takes a little sand from the outer bank and lays it down on the inner bank, and
        so every bend grows slowly wider. After a hundred years the bend is so wide that the water finds a shorter
        way, and the old bend is left behind as a quiet lake.

        In the spring the river is high. The snow on the hills melts, the brooks run full, and the meadows beside the
        river stand under water for a week or two. The people of the valley know this, and they build their houses on
        the higher ground.

        In the summer the river is low. The stones in the ford come out of the water, the cattle stand in the shade
        of the willows, and the mill turns only in the morning. When the river is low, the boats must wait, because
        there is not enough water to carry them over the bars.

        The speed of a river depends on its slope, on its depth and on the roughness of its bed. Deep water runs
        faster than shallow water, and the middle of the river runs faster than the edges. A boat that goes upstream
        keeps near the bank, and a boat that goes downstream keeps to the middle.

        Where two rivers meet, the water of the one runs for a while beside the water of the other. One is brown and
        one is green, and the line between them can be seen from the bridge. A mile below the bridge there is only
        one river, and nobody can say which water came from where.

        The keeper of the weir measures the river every morning. He reads the level on a board that is painted in
        black and white, and he writes the level in a book. The book is older than he is. It shows every flood and
        every dry summer for a hundred and twenty years.

        A weir is a low wall across a river. It holds the water back, so that the river above the weir is deep and
        slow. The water that is not needed runs over the top. When the river is high, the keeper opens the gates of
        the weir, and when the river is low, he closes them again.

        The heron stands at the edge of the water and does not move. It waits for a long time. When a small fish
        comes near, the heron takes it, and then it stands still again as if nothing had happened. The fishermen say
        that the heron is the best fisherman on the river.

        The river carries more than water. It carries sand and leaves, seeds and stories, and now and then a hat. What
        it takes from the hills it brings to the sea. Most of what it carries, it carries during a few days of flood.

        At the mouth of the river the tide comes in twice a day. The water rises against the current, the boats turn
        at their moorings, and for an hour the river seems to run backwards. Then the tide goes out, and everything
        that was covered lies open to the sky.

        Nobody owns a river, but many people use it. The miller wants the water high, the farmer wants the water low,
        and the boatman wants the water to stay as it is. For this reason there have always been rules about the
        river, and there has always been somebody who has to keep them.

        A flood does not come without a sign. First the brooks turn brown. Then the foam gathers behind the piers of
        the bridge, and the sound of the weir changes. Those who listen to the river have a day to move their boats
        and to carry their things up the stairs.

        When the flood has gone, the fields are covered with fine mud. The mud is a nuisance for one year and a
        blessing for ten. The best meadows in the valley are the ones that the river visits most often.

        The old map shows the river in the place where the road runs now. The river has moved twice since the map was
        drawn, once by itself in a flood, and once because people dug a new bed for it. The parish boundary still
        follows the old river, and so there is a field on this side that belongs to the village on that side.

        The water in the river is never the same water, but the river has the same name. It is known by its banks, by
        its bridges and by the way it takes the light in the evening. A thing can change all the time and still be
        the thing that it was.
        """
}
