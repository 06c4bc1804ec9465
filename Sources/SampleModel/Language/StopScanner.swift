/// Finds stop sequences in text that comes in pieces, and holds back what may be the beginning of one.
struct StopScanner: Sendable {
    private let stops: [[UInt8]]
    private var held: [UInt8] = []

    /// Empty stop sequences are ignored.
    init(_ stops: [String]) {
        self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    /// What `piece` lets out: the bytes that are certain, and the stop sequence if one is complete.
    mutating func feed(_ piece: [UInt8]) -> (released: [UInt8], stop: [UInt8]?) {
        guard !self.stops.isEmpty else { return (piece, nil) }
        self.held += piece
        for start in self.held.indices {
            if let stop = self.stops.first(where: { self.held[start...].starts(with: $0) }) {
                let released = Array(self.held[..<start])
                self.held = []
                return (released, stop)
            }
            // The earliest place from which everything to the end could still become a stop sequence.
            if self.stops.contains(where: { $0.starts(with: self.held[start...]) }) {
                let released = Array(self.held[..<start])
                self.held.removeFirst(start)
                return (released, nil)
            }
        }
        defer { self.held = [] }
        return (self.held, nil)
    }

    /// What was held back, when nothing more comes. A shorter stop sequence may be whole inside the beginning of a
    /// longer one.
    mutating func finish() -> (released: [UInt8], stop: [UInt8]?) {
        defer { self.held = [] }
        for start in self.held.indices {
            if let stop = self.stops.first(where: { self.held[start...].starts(with: $0) }) {
                return (Array(self.held[..<start]), stop)
            }
        }
        return (self.held, nil)
    }
}
