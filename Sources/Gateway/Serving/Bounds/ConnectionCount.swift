import HTTPWire
import NIOConcurrencyHelpers

/// How many connections are open, over all event loops: in all, and of each client address.
///
/// An address is kept as long as it has a connection, and nowhere else.
final class ConnectionCount: Sendable {
    /// Why a connection is not taken in. The newest is closed.
    enum Fault: Error, Hashable {
        case tooMany
        case tooManyOfAddress
    }

    private let counts = NIOLockedValueBox((all: 0, byAddress: [ClientAddress: Int]()))
    private let maximum: Int
    private let maximumOfAddress: Int

    init(maximum: Int, ofAddress maximumOfAddress: Int) {
        self.maximum = maximum
        self.maximumOfAddress = maximumOfAddress
    }

    /// Counts one more.
    func enter() throws(Fault) {
        let isFree = self.counts.withLockedValue { counts in
            guard counts.all < self.maximum else { return false }
            counts.all += 1
            return true
        }
        guard isFree else { throw .tooMany }
    }

    func leave() {
        self.counts.withLockedValue { $0.all -= 1 }
    }

    /// Counts one more of an address.
    func enter(_ address: ClientAddress) throws(Fault) {
        let isFree = self.counts.withLockedValue { counts in
            let open = counts.byAddress[address, default: 0]
            guard open < self.maximumOfAddress else { return false }
            counts.byAddress[address] = open + 1
            return true
        }
        guard isFree else { throw .tooManyOfAddress }
    }

    func leave(_ address: ClientAddress) {
        self.counts.withLockedValue { counts in
            guard let open = counts.byAddress[address] else { return }
            counts.byAddress[address] = open > 1 ? open - 1 : nil
        }
    }

    var current: Int { self.counts.withLockedValue { $0.all } }
}
