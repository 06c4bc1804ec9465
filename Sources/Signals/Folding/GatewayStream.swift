import ReleaseModel

/// Which batches of one gateway have come, and up to when nothing is missing.
struct GatewayStream: Hashable, Sendable {
    struct Number: Hashable, Sendable {
        var boot: Int
        var sequence: Int
    }

    struct Stretch: Hashable, Sendable {
        var from: Timestamp
        var to: Timestamp
        var isLast = false
    }

    /// Until when nothing is missing.
    private(set) var watermark: Timestamp
    /// The end of the latest batch, whatever is missing before it.
    private(set) var heard: Timestamp
    /// Whether people or the lease still count on it.
    var isLive = true
    /// Whether it has stopped of itself, with nothing missing.
    private(set) var hasStopped = false
    /// How many of its batches were refused in a row.
    var refusals = 0
    /// Times that were given up; a batch that comes after all is counted and takes its time out.
    private(set) var lost: [Stretch] = []

    private var boot = -1
    private var next = 0
    /// Batches beyond one that is missing.
    private var ahead: [Number: Stretch] = [:]

    /// A gateway that counts from a moment on.
    init(from: Timestamp) {
        self.watermark = from
        self.heard = from
    }

    /// Whether the watermark of all waits for it.
    var isCounted: Bool { self.isLive && !self.hasStopped }

    /// A gateway that has stopped, or was dismissed, counts again from a moment on.
    mutating func rejoin(from: Timestamp) {
        guard !self.isCounted else { return }
        if self.hasStopped { self.watermark = max(self.watermark, from) }
        self.heard = max(self.heard, from)
        (self.isLive, self.hasStopped) = (true, false)
    }

    func isKnown(_ batch: SignalBatch) -> Bool {
        let number = Number(boot: batch.boot, sequence: batch.sequence)
        if self.ahead[number] == Stretch(batch) { return true }
        let isPast = batch.boot < self.boot || batch.boot == self.boot && batch.sequence < self.next
        return isPast && !self.isFound(batch)
    }

    /// Whether it is of a time that was given up.
    private func isFound(_ batch: SignalBatch) -> Bool {
        self.lost.contains { $0.from <= batch.from && batch.to <= $0.to }
    }

    /// Whether it borders on the batches around it.
    func fault(_ batch: SignalBatch) -> BatchFault? {
        if self.isFound(batch) { return nil }
        let isNext = batch.boot == self.boot && batch.sequence == self.next
        if isNext ? batch.from != self.watermark : batch.from < self.watermark {
            return .notContiguous(expected: self.watermark)
        }
        if let before = self.ahead[Number(boot: batch.boot, sequence: batch.sequence - 1)], before.to != batch.from {
            return .notContiguous(expected: before.to)
        }
        let number = Number(boot: batch.boot, sequence: batch.sequence)
        if let same = self.ahead[number], same != Stretch(batch) { return .notContiguous(expected: same.from) }
        if let after = self.ahead[Number(boot: batch.boot, sequence: batch.sequence + 1)], after.from != batch.to {
            return .notContiguous(expected: after.from)
        }
        let isFull = self.ahead.count >= SignalLimits.ahead && batch.from != self.watermark
        return isFull ? .tooFarAhead(missing: self.next) : nil
    }

    /// Takes in a batch that is not known and has no fault.
    mutating func take(_ batch: SignalBatch) {
        self.refusals = 0
        self.heard = max(self.heard, batch.to)
        if let place = self.lost.firstIndex(where: { $0.from <= batch.from && batch.to <= $0.to }) {
            let whole = self.lost.remove(at: place)
            let rest = [Stretch(from: whole.from, to: batch.from), Stretch(from: batch.to, to: whole.to)]
            self.lost.insert(contentsOf: rest.filter { $0.from < $0.to }, at: place)
            return
        }
        self.ahead[Number(boot: batch.boot, sequence: batch.sequence)] = Stretch(batch)
        self.advance()
    }

    private mutating func advance() {
        while !self.ahead.isEmpty {
            let following = Number(boot: self.boot, sequence: self.next)
            guard let number = self.ahead[following] == nil ? self.restart : following,
                let stretch = self.ahead.removeValue(forKey: number)
            else { return }
            self.boot = number.boot
            self.next = number.sequence + 1
            self.watermark = stretch.to
            self.hasStopped = stretch.isLast
        }
    }

    /// The first batch of a later start, if it goes on exactly where the one before ended.
    private var restart: Number? {
        self.ahead.filter { $0.key.sequence == 0 && $0.key.boot > self.boot && $0.value.from == self.watermark }
            .keys.min { $0.boot < $1.boot }
    }

    /// What is missing before the first batch that waits.
    var missing: Stretch? {
        self.ahead.values.map(\.from).min().map { Stretch(from: self.watermark, to: $0) }
    }

    /// Goes on without what is missing, and remembers that it is lost.
    mutating func giveUp() -> Stretch? {
        guard let missing,
            let first = self.ahead.filter({ $0.value.from == missing.to }).keys.min(by: { $0.boot < $1.boot })
        else { return nil }
        if missing.from < missing.to { self.lost.append(missing) }
        (self.boot, self.next, self.watermark) = (first.boot, first.sequence, missing.to)
        self.advance()
        return missing
    }
}

extension GatewayStream.Stretch {
    init(_ batch: SignalBatch) { self.init(from: batch.from, to: batch.to, isLast: batch.isLast) }
}
