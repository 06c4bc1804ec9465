import Gateway
import ReleaseModel
import StageControl
import Store
import StrictJSON

/// What of a rollout's exposure is lent, and the records that this is known from.
///
/// Whatever is granted is stored before the gateway is told, so no crash of either side makes more of it than there is.
struct ExposureLedger: Sendable {
    private let rollout: RolloutID
    private let store: Store
    private(set) var leases: [ExposureMeter: ExposureLeases]

    /// Reads what was recorded, and goes on from there.
    static func open(_ rollout: RolloutID, store: Store) async throws -> Self {
        var leases: [ExposureMeter: ExposureLeases] = [:]
        for (meter, body) in try await store.exposure.read(rollout) {
            guard let meter = ExposureMeter(meter) else {
                throw StoreFault.damaged(table: "exposure_record", detail: "there is no budget '\(meter)'")
            }
            leases[meter] = try JSONValue(parsing: Array(body.utf8)).decoded(as: ExposureLeases.self)
        }
        return Self(rollout: rollout, store: store, leases: leases)
    }

    /// Goes over to the budgets that hold now, takes back what the gateway gives back, and lends it what it asks for.
    mutating func serve(
        _ terms: [ExposureMeter: ExposureBudgetTerm], at door: StageDoor, endsAll: Bool, now: Timestamp
    ) async throws {
        var after = self.leases
        var replies: [(meter: ExposureMeter, reply: ExposureReply)] = []
        for (meter, term) in terms.sorted(by: { $0.key < $1.key }) {
            var leases = after[meter] ?? ExposureLeases(term)
            if let entry = leases.renew(to: term) { leases.apply(entry) }
            let ask = door.ask(meter, of: self.rollout, endsAll: endsAll)
            for returned in ask.returned {
                if let entry = leases.takeBack(returned) { leases.apply(entry) }
            }
            let answer = ask.block.map { leases.lease($0, of: ask.size, at: now) }
            if case .granted(_, let entry?)? = answer { leases.apply(entry) }
            after[meter] = leases
            replies.append((meter, ExposureReply(arrived: ask.returned.map(\.id), asked: ask.block, answer: answer)))
        }
        var records: [String: String] = [:]
        for (meter, leases) in after where leases != self.leases[meter] {
            records[meter.description] = try JSONValue(encoding: leases).canonicalText
        }
        if !records.isEmpty { try await self.store.exposure.write(records, of: self.rollout) }
        self.leases = after
        for (meter, reply) in replies { door.tell(reply, of: meter, of: self.rollout) }
    }
}
