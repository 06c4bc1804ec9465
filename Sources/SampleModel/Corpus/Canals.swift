extension Corpus {
    /// Prose about canals: how they are dug, fed and kept.
    static let canals = """
        A canal is a river that was made on purpose. It has no current, it has no floods, and it goes where somebody
        wanted to go. To make one, you dig a ditch, line it with clay and bring water to the highest point. The water
        does the rest.

        The highest point of a canal is called the summit. All the water that the locks use comes from the summit,
        and so the engineers build a lake there to keep the rain of the winter for the boats of the summer. When the
        lake is empty, the canal is closed.

        The bed of the canal is lined with wet clay that has been trodden by men or by cattle. The clay keeps the
        water in as long as it stays wet. A canal that is drained for too long begins to crack, and then it leaks for
        ever. It is easier to keep a canal full than to fill it again.

        Where the canal comes to a valley, it goes across on a bridge. The boats go over and the river goes under.
        From below it is a strange thing to see a boat in the sky, with a horse walking in front of it and a man
        smoking a pipe.

        Where the canal comes to a hill, it goes through. There is no path for the horse in the tunnel. The horse
        walks over the hill with the boy, and the men lie on their backs on the roof of the boat and push with their
        feet against the bricks. It is dark, it is wet, and it takes three hours.

        There is a story about a man who found a chain at the bottom of the canal. He pulled the chain and went home
        with it. In the morning the canal was empty. He had pulled out the plug, which everybody had forgotten,
        because it was written in a book that nobody had read.

        For this reason there are stop planks at every bridge. They lie in a rack beside the path. If the bank breaks,
        two men can drop the planks into the grooves, one upon the other, and only the piece between two bridges runs
        dry. A long canal without stop planks is one single accident.

        The banks are walked every week. The walker looks for wet grass on the outside, for holes of animals and for
        trees that lean. He carries a spade, a bag of clay and a whistle. Small holes he mends himself. For large
        holes he blows the whistle and does not stop until somebody comes.

        The engineer wanted to open the whole canal in one day, with a band and flags. The old keeper wanted to open
        one mile, and then to wait for a week. They opened one mile. On the third day the bank went soft beside the
        orchard, and it was mended with two carts of clay. Nobody in the town ever heard of it.

        The toll is paid at the lock. It depends on the load and on the distance. To measure the load, the keeper
        puts a stick beside the boat and reads how deep it lies in the water. The stick is longer than the story of
        the master, and it is more exact.

        Each part of the canal has its own keeper, and each keeper has his own book. At the end of the month the
        books are compared. A boat that left one part must have come into the next. If the books do not agree, the
        keepers walk along the canal together until they find the boat or the mistake.

        In the winter the canal is closed for repairs. The gates are lifted out and laid on the grass, the chambers
        are dry, and people come on Sundays to see how deep they are. A lock that looks small from a boat looks very
        large from the bottom.

        The canal made the town. Before the canal there were nine houses and a well. After the canal there were
        warehouses, an inn, a school and a street of lamps. Some of the farmers had said that it would bring nothing
        but strangers. It did bring strangers, and some of them stayed.

        Other towns wanted a canal too, and some of them dug faster. One of them had no lake at the summit and no
        stop planks, and for two summers it had more boats than anybody. In the third summer it had none. The keepers
        of both towns now meet once a year, and they tell each other what went wrong.
        """
}
