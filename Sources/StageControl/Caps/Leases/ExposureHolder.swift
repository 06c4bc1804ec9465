public import ReleaseModel

/// The blocks of exposure that one gateway has: asked once for each request that would go to the candidate.
///
/// It is the other half of ``ExposureLeases`` and as pure. Its clock is its own, one that never goes back, and only
/// differences count: a block is used for its span from the moment at which it was *asked for*, which is never later
/// than when it was granted. So clocks need not agree, only run at the same pace, and a block is never in use here when
/// it is over there.
///
/// What it holds dies with the process, and it never writes it down. The entry of each request's admission names the
/// block that it was taken of, so that of a block that was lost the log shows what was used (``ExposureTraces``).
public struct ExposureHolder: Hashable, Sendable {
    /// A block in use.
    private struct Block: Hashable, Sendable {
        let id: ExposureLeaseID
        let size: Int
        let until: Timestamp
        var used = 0

        func isOpen(at now: Timestamp) -> Bool { self.used < self.size && now < self.until }
    }

    /// A question that has not been answered.
    private struct Question: Hashable, Sendable {
        let id: ExposureLeaseID
        let asked: Timestamp
    }

    /// The gateway.
    public let gateway: Name
    private var question: Question?
    private var blocks: [Block] = []
    private var nextNumber = 1
    /// Blocks that are not used any more, until their return has arrived.
    public private(set) var returns: [ExposureReturn] = []

    /// A gateway with nothing. Its name is one that no process had before (``ExposureLeaseID/gateway``).
    public init(gateway: Name) {
        self.gateway = gateway
    }

    /// What may still be used.
    public func left(at now: Timestamp) -> Int {
        self.blocks.reduce(0) { $1.isOpen(at: now) ? $0 + $1.size - $1.used : $0 }
    }

    /// Takes one request's exposure, and says of which block; nil means baseline.
    public mutating func take(at now: Timestamp) -> ExposureLeaseID? {
        guard let open = self.blocks.firstIndex(where: { $0.isOpen(at: now) }) else { return nil }
        self.blocks[open].used += 1
        return self.blocks[open].id
    }

    /// Gives back to its block what was taken for a request that did not go to the candidate after all. Of a block that
    /// was given back itself it stays used.
    public mutating func putBack(_ id: ExposureLeaseID) {
        guard let block = self.blocks.firstIndex(where: { $0.id == id && $0.used > 0 }) else { return }
        self.blocks[block].used -= 1
    }

    /// What to ask for. While there is no answer it is the same question, so that a lost one costs no block; the time
    /// of the block still runs from when it was asked first. When that is over the question is given up, and what may
    /// have been granted is given back unused.
    public mutating func ask(at now: Timestamp) -> ExposureLeaseID {
        if let question = self.question {
            if now.since(question.asked) < ExposureLeases.longest.milliseconds { return question.id }
            self.returns.append(ExposureReturn(id: question.id, used: 0))
        }
        let id = ExposureLeaseID(gateway: self.gateway, number: self.nextNumber)
        self.nextNumber += 1
        self.question = Question(id: id, asked: now)
        return id
    }

    /// Takes a block in, if it is the answer to the question that is open; any other is late or doubled.
    public mutating func receive(_ lease: ExposureLease) {
        guard let question = self.question, question.id == lease.id else { return }
        self.question = nil
        let span = min(max(0, lease.span), ExposureLeases.longest.milliseconds)
        self.blocks.append(
            Block(id: lease.id, size: lease.size, until: question.asked.advanced(milliseconds: span)))
    }

    /// Gives up a question that was refused: the next one has another number.
    public mutating func refused(_ id: ExposureLeaseID) {
        if self.question?.id == id { self.question = nil }
    }

    /// Gives back blocks that are used up or over: they join ``returns``, and nothing more is taken of them.
    public mutating func giveBack(at now: Timestamp) {
        self.giveBack { !$0.isOpen(at: now) }
    }

    /// Gives back all blocks, when the gateway stops serving the candidate.
    public mutating func giveBackAll() {
        self.giveBack { _ in true }
    }

    /// A return has arrived, and need not be sent again.
    public mutating func arrived(_ id: ExposureLeaseID) {
        self.returns.removeAll { $0.id == id }
    }

    private mutating func giveBack(_ isOver: (Block) -> Bool) {
        self.returns += self.blocks.filter(isOver).map { ExposureReturn(id: $0.id, used: $0.used) }
        self.blocks.removeAll(where: isOver)
    }
}
