/// Those who wait for their invitation, in the order of their tickets.
struct AdmissionLine: Hashable, Sendable {
    /// Who waits.
    struct Waiting: Hashable, Sendable {
        /// A number that only rises.
        let ticket: Int
        let unit: AudienceUnit
    }

    private var all: [Waiting]
    /// Where the line begins; what is before has been called.
    private var head = 0

    /// A line of those who have tickets already, in any order.
    init(_ waiting: [Waiting] = []) {
        self.all = waiting.sorted { $0.ticket < $1.ticket }
    }

    var count: Int { self.all.count - self.head }

    /// The place of a ticket, from 1. O(log n).
    func place(of ticket: Int) -> Int { self.index(of: ticket) - self.head + 1 }

    /// Puts somebody at the end; the ticket is higher than all before.
    mutating func append(_ waiting: Waiting) { self.all.append(waiting) }

    /// Calls those who stand first. O(1) for each, on average.
    mutating func call(_ count: Int) -> [AudienceUnit] {
        let called = self.all[self.head...].prefix(max(0, count)).map(\.unit)
        self.head += called.count
        if self.head > self.all.count / 2 {
            self.all.removeFirst(self.head)
            self.head = 0
        }
        return called
    }

    /// Lets somebody leave. O(n).
    mutating func leave(_ ticket: Int) {
        let index = self.index(of: ticket)
        guard index < self.all.count, self.all[index].ticket == ticket else { return }
        self.all.remove(at: index)
    }

    /// Where a ticket stands, or would stand.
    private func index(of ticket: Int) -> Int {
        var (low, high) = (self.head, self.all.count)
        while low < high {
            let middle = (low + high) / 2
            if self.all[middle].ticket < ticket { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
