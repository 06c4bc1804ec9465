extension Corpus {
    /// Prose about boats, their masters and the work on board.
    static let boats = """
        The boat is long and narrow, because the locks are long and narrow. It was built to fit the smallest lock on
        the canal, with a hand of room on each side. A boat that fits the smallest lock can go everywhere, and a boat
        that does not fit must stay where it is.

        The master of the boat steers with a long tiller. He stands at the back, in the open, in all weathers. He
        looks at the water far ahead and never at the water beside him. What happens beside the boat has already
        happened, and it is too late to change it.

        A loaded boat does not stop when you want it to stop. It stops when it has finished moving. For this reason
        the master slows down long before the lock, and the boat comes to the gate as softly as a leaf.

        The rope is the brake of the boat. The boy jumps to the bank with the end of the rope, lays it twice around
        the post and lets it slip a little through his hands. If he holds it hard, the rope breaks. If he does not
        hold it at all, the gate breaks.

        In the old days the boats were drawn by horses. A horse can carry a small load on its back, a larger load in
        a cart, and a very large load in a boat. The horse walked on the path beside the canal and knew every bridge.
        It stopped at the inn without being told.

        The cabin is at the back of the boat. It is as small as a cupboard, and a whole family lived in it. The bed
        folds into the wall, the table folds into the bed, and the stove keeps everything warm. On the doors there
        are painted roses and castles, because the people on the boats liked to see them.

        Every load has a paper. On the paper it says what the load is, where it comes from, where it goes and who
        has looked at it. A load without a paper stays on the quay. It may be a good load, but nobody can know.

        Two boats that meet keep to the right. The empty boat gives way to the loaded boat, because the empty boat
        can stop and the loaded boat cannot. Nobody wrote this rule, and everybody keeps it.

        The ferry crosses the river on a rope. It has no engine and no sail. The ferryman turns the boat a little
        against the current, and the river itself pushes it to the other side. He takes eight people at a time, and
        on market days he takes eight people at a time.

        A new boat goes slowly on its first day. The builder sits in the front with a lamp and looks at the planks.
        The master sits at the back and listens. They go one mile and come back. On the second day they go five miles
        with half a load. Only in the second week does the boat go to the sea.

        The pump must be tried every morning, even when the boat is dry. A pump that is tried only when there is
        water in the boat is a pump that nobody has tried. The master tries it before he drinks his coffee, and he
        writes the number of strokes on the door.

        When there is fog, the boat stays at the quay. The young men want to go, and the old men say that the load
        will be worth as much tomorrow. In the morning they hear that a boat has run into the bridge, and nobody says
        anything more about it.

        A boat is never finished. There is always a plank to be changed, a rope to be mended and a window to be
        painted. After fifty years there is not much left of the first wood, but the name on the side is the same,
        and the people on the bank greet it as they always did.

        The boatman counts the locks and not the miles. From the mill to the harbour there are nineteen locks. On a
        good day he passes all of them before dark. On a bad day he passes three, and then he ties up the boat, makes
        a fire and waits for the water to rise.

        The harbour master gives each boat a place and a number. He does not like surprises. When a boat comes that
        he has never seen, he lets it lie at the outer quay for a night, and he walks around it twice, once in the
        evening and once in the morning. Then he gives it a place with the others.
        """
}
