import Logging
import NIOConcurrencyHelpers
import NIOCore

/// Which listeners are up. Says `ready` once in the log, with the addresses that were bound.
final class Readiness: Sendable {
    private let addresses = NIOLockedValueBox<(gateway: String?, control: String?)>((nil, nil))
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    /// Each thing that has to be up, and whether it is.
    var checks: [String: Bool] {
        let addresses = self.addresses.withLockedValue { $0 }
        return ["gateway": addresses.gateway != nil, "control": addresses.control != nil]
    }

    func gatewayListens(at address: SocketAddress) {
        self.note { $0.gateway = "\(address.ipAddress ?? "?"):\(address.port ?? 0)" }
    }

    func controlListens(at address: String) {
        self.note { $0.control = address }
    }

    private func note(_ change: (inout (gateway: String?, control: String?)) -> Void) {
        let addresses = self.addresses.withLockedValue { addresses in
            change(&addresses)
            return addresses
        }
        guard let gateway = addresses.gateway, let control = addresses.control else { return }
        self.logger.info("ready", metadata: ["gateway": "\(gateway)", "control": "\(control)"])
    }
}
