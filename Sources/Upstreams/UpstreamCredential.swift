import NIOConcurrencyHelpers
import Synchronization

/// The secret of requests to one upstream, which can be replaced while requests are made: all event loops share it.
///
/// Whoever keeps something that the secret was written into compares ``generation``, which costs one load.
public final class UpstreamCredential: Sendable {
    private let secret: NIOLockedValueBox<UpstreamSecret?>
    private let count = Atomic<Int>(0)

    /// A credential; nil where the upstream asks for nothing.
    public init(_ secret: UpstreamSecret? = nil) {
        self.secret = NIOLockedValueBox(secret)
    }

    /// Grows with every replacement.
    public var generation: Int { self.count.load(ordering: .acquiring) }

    /// The secret of this moment.
    public var current: UpstreamSecret? { self.secret.withLockedValue { $0 } }

    /// Takes another secret from the next request on. Says whether it is another.
    @discardableResult
    public func replace(with secret: UpstreamSecret) -> Bool {
        let isOther = self.secret.withLockedValue { kept in
            defer { kept = secret }
            return kept != secret
        }
        if isOther { self.count.wrappingAdd(1, ordering: .acquiringAndReleasing) }
        return isOther
    }
}
