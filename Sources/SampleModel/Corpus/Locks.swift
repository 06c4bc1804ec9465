extension Corpus {
    /// Prose about locks and sluices: how water is held, let through and counted.
    static let locks = """
        A lock is a chamber with a gate at each end. It lets a boat go from high water to low water, or from low water
        to high water, without a waterfall between them. The gates are never open at the same time. That is the whole
        idea of a lock, and it is enough.

        To go down, the boat enters the lock while the chamber is full. The upper gate is closed behind it. Then the
        keeper opens the sluices in the lower gate, and the water runs out of the chamber. The boat goes down slowly
        with the water. When the level inside is the same as the level outside, the lower gate can be opened.

        To go up, the boat enters the lock while the chamber is empty. The lower gate is closed behind it. Then the
        keeper opens the upper sluices a little at a time, because a chamber that fills too fast throws the boat
        against the wall. When the level inside is the same as the level outside, the upper gate can be opened.

        A sluice is a small gate in a larger gate. It is opened with a rack and a handle, and it lets through as much
        water as the keeper wants and no more. A good keeper opens the sluice by a quarter, waits, looks at the water,
        and then decides whether to open it by a half.

        The keeper of the lock has three rules. Never open a gate against a difference of level. Never leave a sluice
        open that you are not watching. Never let a boat into the chamber before you know how large it is.

        The gates of a lock point upstream, so that the weight of the water presses them together. The higher the
        water, the tighter the gate. It is a rare kind of machine that becomes safer when the load on it grows.

        Every lock costs water. Each time a boat goes through, one chamber of water goes down the hill and does not
        come back. In a dry summer the keeper waits until there are two boats, one going up and one going down, so
        that the same water can serve them both.

        The first locks had only one gate. The water was let out in a rush, and the boat went down with it as well as
        it could. Many boats were lost. Then somebody thought of the second gate, and after that the boats went down
        slowly and arrived in one piece.

        A flight of locks is a row of locks on one hill. A boat takes half a day to climb it. There is no way to go
        faster, because each chamber has to be filled before the next gate can be opened. The boatmen know this, and
        they use the time to cook a meal and to mend a rope.

        If a gate leaks a little, the keeper packs the gap with clay and ashes. If a gate leaks a lot, the keeper
        closes the lock and sends for the carpenter. A leak that is growing is worse than a leak that is large, and
        the keeper marks the level on the wall with chalk to see which of the two it is.

        The keeper writes every boat in a book: the name of the boat, the name of the master, the load, the time and
        the level of the water. The book has numbered pages, and no page may be torn out. When two masters do not
        agree about who was first, they look in the book, and there is nothing more to say.

        At night the lock is closed. The lower gate is chained and the upper sluices are down. A master who wants to
        pass at night needs a paper with two names on it, the name of the keeper and the name of the inspector. To
        close the lock in a hurry needs no paper at all.

        There is a bell beside the lock. Anybody may ring it. When the bell rings, the keeper lowers the sluices
        first and asks questions afterwards. In forty years the bell has been rung eleven times, and four times it
        was for a good reason. The keeper thinks that four is plenty.

        Before a new lock is used, it is tried. The chamber is filled to a quarter and left for a day. Then it is
        filled to a half and left for a day. The engineer walks along the wall and looks for wet stones. Only when
        the wall has been dry for a week is the chamber filled to the top.

        The difference between a dam and a lock is that a dam says no, and a lock says not yet. Both of them hold the
        water back. But the lock has a way through, and the way through is part of the building from the beginning.

        An inspector comes once a year. He does not ask the keeper whether the lock is good. He drains the chamber,
        climbs down the ladder with a lamp and looks for himself. What he could not see, he writes down as not seen.
        """
}
