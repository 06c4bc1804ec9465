/// The lowest debt of a bucket since each of its reservations was made.
///
/// Later reservations have seen less, so the lowest debt only grows with the serial number. Neighbours with the same
/// value share a mark, and a bucket that runs empty is left with one. More than ``most`` marks are never kept: the
/// two nearest are then merged at the lower value, so that what is given back can only be a little too small.
struct LowWater: Hashable, Sendable {
    private struct Mark: Hashable, Sendable {
        /// The first reservation that the mark speaks of; the next mark's begins where this one ends.
        var serial: UInt64
        var lowest: UInt128
    }

    /// Marks kept at the most.
    static let most = 64

    /// In rising order of both fields; never empty.
    private var marks: [Mark]

    init(from serial: UInt64) {
        self.marks = [Mark(serial: serial, lowest: 0)]
    }

    /// The lowest debt since `serial` was reserved; zero for one from before the bucket.
    func lowest(since serial: UInt64) -> UInt128 {
        self.index(of: serial).map { self.marks[$0].lowest } ?? 0
    }

    /// The debt has come down to `debt`.
    mutating func observe(_ debt: UInt128) {
        self.observe(debt, below: self.marks.count)
    }

    /// A reservation has been made and has brought the debt up to `debt`.
    mutating func mark(_ serial: UInt64, at debt: UInt128) {
        if debt > self.marks[self.marks.count - 1].lowest {
            self.marks.append(Mark(serial: serial, lowest: debt))
        }
        if self.marks.count > Self.most {
            self.mergeNearest()
        }
    }

    private mutating func mergeNearest() {
        var (nearest, smallest) = (1, UInt128.max)
        for index in 1..<self.marks.count {
            let step = self.marks[index].lowest - self.marks[index - 1].lowest
            if step < smallest { (nearest, smallest) = (index, step) }
        }
        self.marks.remove(at: nearest)
    }

    /// A reservation has given back `units`, at most its lowest: all debts since are rewritten as if it had not
    /// taken them.
    mutating func lower(from serial: UInt64, by units: UInt128) {
        guard let index = self.index(of: serial) else { return }
        for later in index..<self.marks.count {
            self.marks[later].lowest -= units
        }
        self.observe(self.marks[index].lowest, below: index + 1)
    }

    /// Counts all debts in another unit.
    mutating func scale(_ convert: (UInt128) -> UInt128) {
        for index in self.marks.indices {
            self.marks[index].lowest = convert(self.marks[index].lowest)
        }
    }

    private func index(of serial: UInt64) -> Int? {
        self.marks.lastIndex { $0.serial <= serial }
    }

    /// Lowers all marks before `end` to `debt`; those that it reaches become one.
    private mutating func observe(_ debt: UInt128, below end: Int) {
        var first = end
        while first > 0, self.marks[first - 1].lowest >= debt { first -= 1 }
        guard first < end else { return }
        self.marks[first].lowest = debt
        self.marks.removeSubrange((first + 1)..<end)
    }
}
