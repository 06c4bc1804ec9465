import NIOCore

/// What the pools of an upstream's endpoints on one event loop know together: the shell around a ``Balancer`` that
/// knows the time.
///
/// An upstream with one endpoint has none.
final class EndpointBoard {
    private var balancer: Balancer
    private var budget = RepetitionBudget()
    private let onChange: UpstreamGroup.ChangeObserver

    init(weights: [Int], onChange: @escaping UpstreamGroup.ChangeObserver) {
        self.balancer = Balancer(weights: weights)
        self.onChange = onChange
    }

    private func now() -> UInt64 { NIODeadline.now().uptimeNanoseconds }

    /// The endpoint for a new request.
    func choose() -> Int {
        self.budget.deposit()
        return self.balancer.choose(at: self.now())
    }

    /// Another endpoint for a request that was tried, if there is one and the budget has one more.
    func another(without tried: EndpointSet) -> Int? {
        let chosen = self.balancer.choose(at: self.now(), without: tried)
        return chosen.flatMap { self.budget.withdraw() ? $0 : nil }
    }

    func begin(_ endpoint: Int) -> EndpointHealth.Ticket {
        self.balancer.begin(endpoint, at: self.now())
    }

    func answer(_ endpoint: Int, _ ticket: EndpointHealth.Ticket) {
        self.tell(self.balancer.answer(endpoint, ticket, at: self.now()), of: endpoint)
    }

    func end(_ endpoint: Int, _ ticket: EndpointHealth.Ticket, _ result: TryResult) {
        self.tell(self.balancer.end(endpoint, ticket, result, at: self.now()), of: endpoint)
    }

    private func tell(_ change: EndpointHealth.Change?, of endpoint: Int) {
        if let change { self.onChange(endpoint, change == .wentOut) }
    }
}

/// One try at an endpoint, on its way to be told to the board.
struct BoardTry {
    let board: EndpointBoard
    let endpoint: Int
    let ticket: EndpointHealth.Ticket

    /// The endpoint is `endpoint` of `board`.
    init(_ board: EndpointBoard, endpoint: Int) {
        self.board = board
        self.endpoint = endpoint
        self.ticket = board.begin(endpoint)
    }

    func answer() { self.board.answer(self.endpoint, self.ticket) }

    func end(_ result: TryResult) { self.board.end(self.endpoint, self.ticket, result) }
}
