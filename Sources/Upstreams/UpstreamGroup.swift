public import HTTPWire
public import NIOCore

/// One event loop's way to an upstream: a pool for each of its endpoints, and whose turn it is.
///
/// It is made, used and shut down on its loop. An upstream with one endpoint costs what its pool costs.
public final class UpstreamGroup {
    /// Is told, on the loop, that an endpoint is out of use there or back.
    public typealias ChangeObserver = @Sendable (_ endpoint: Int, _ isOut: Bool) -> Void

    /// Where one try goes.
    public struct Place: Hashable, Sendable {
        /// The endpoint's place in ``Upstream/endpoints``.
        public let endpoint: Int
        /// Whether a new connection is made though others are free.
        let isFresh: Bool
    }

    /// The upstream.
    public let upstream: Upstream
    let pools: [UpstreamPool]
    /// nil where there is nothing to choose.
    private let board: EndpointBoard?

    /// Pools without connections. Call it on the loop.
    public init(
        to upstream: Upstream, on eventLoop: any EventLoop, onChange: @escaping ChangeObserver = { _, _ in }
    ) {
        self.upstream = upstream
        self.pools = upstream.endpoints.indices.map { UpstreamPool(to: upstream, endpoint: $0, on: eventLoop) }
        self.board =
            upstream.endpoints.count > 1
            ? EndpointBoard(weights: upstream.endpoints.map(\.weight), onChange: onChange) : nil
    }

    /// The place of a request's first try.
    public func first(_ attempts: inout Attempts) -> Place {
        let endpoint = self.board?.choose() ?? 0
        attempts.note(endpoint)
        return Place(endpoint: endpoint, isFresh: false)
    }

    /// The place of the first try of a request that one endpoint alone can answer, be it in or out. No other is tried
    /// after it.
    public func first(at endpoint: Int, _ attempts: inout Attempts) -> Place {
        attempts.bind(to: endpoint)
        return Place(endpoint: endpoint, isFresh: false)
    }

    /// The place of one more try after one that failed, if there may be one: the upstream cannot have had the request,
    /// and neither the request's tries nor the budget are used up.
    public func next(after fault: UpstreamFault, at place: Place, _ attempts: inout Attempts) -> Place? {
        guard let repetition = fault.repetition, attempts.allows(repetition) else { return nil }
        switch repetition {
        case .onFreshConnection:
            attempts.note(place.endpoint)
            attempts.noteFresh()
            return Place(endpoint: place.endpoint, isFresh: true)
        case .onAnotherEndpoint:
            return self.another(&attempts)
        }
    }

    /// The place of one more try after an endpoint said that it did not do the work and when to come again.
    public func next(afterRefusal head: ResponseHead, _ attempts: inout Attempts) -> Place? {
        guard head.status == 503, attempts.allows(.onAnotherEndpoint),
            head.string(.retryAfter) != nil || head.string(.retryAfterMilliseconds) != nil
        else { return nil }
        return self.another(&attempts)
    }

    private func another(_ attempts: inout Attempts) -> Place? {
        guard let endpoint = self.board?.another(without: attempts.tried) else { return nil }
        attempts.note(endpoint)
        return Place(endpoint: endpoint, isFresh: false)
    }

    /// Sends a request to an endpoint; see ``UpstreamPool/send(_:followedBy:method:to:onFreshConnection:)``.
    public func send(
        _ request: ByteBuffer, followedBy rest: ByteBuffer = ByteBuffer(), method: HTTPMethod,
        to delegate: any UpstreamExchangeDelegate, at place: Place
    ) -> UpstreamExchange {
        self.pools[place.endpoint].send(
            request, followedBy: rest, method: method, to: delegate, onFreshConnection: place.isFresh,
            counting: self.board.map { BoardTry($0, endpoint: place.endpoint) })
    }

    /// Closes the free connections, and from now on each other one when its exchange is over.
    public func shutDown() {
        for pool in self.pools { pool.shutDown() }
    }
}

@available(*, unavailable)
extension UpstreamGroup: Sendable {}
