import AccessPolicy
import Crypto
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI

/// The control plane's own deciding, without a disk: a value, so that a history can part into many.
///
/// A token is presented as it comes over the wire, its owner is who the registry says, and every entry goes through its
/// bytes before it is folded, as it does after a restart.
struct UndurablePlane {
    private(set) var state = ControlState()
    /// The entries as they would stand in the log.
    private(set) var log: [[UInt8]] = []
    var now = Timestamp(milliseconds: 1_800_000_000_000)
    var generator: any RandomNumberGenerator & Sendable
    private let seeds = RolloutSeeds(secret: [UInt8](repeating: 9, count: 32))

    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
    }

    /// Who a token speaks for; nil for one that opens nothing any more.
    func holder(of token: PresentedKey) -> ReleaseModel.Actor? {
        switch Snapshot(registry: self.state.registry, asOf: self.now).authenticate(token, at: self.now) {
        case .person(let person, _)?: .person(person.id)
        case .application(let application, _)?: .application(application.id)
        case nil: nil
        }
    }

    /// Decides, and folds in what comes of it.
    @discardableResult
    mutating func ask(_ question: ControlPlane.Question, by actor: ReleaseModel.Actor) throws -> [ControlEntry] {
        let now = question.moment(self.now)
        let events = try ControlPlane.events(
            of: question, by: actor, at: now, on: self.state, seeds: self.seeds, using: &self.generator)
        let entries = events.map { ControlEntry(at: now, by: actor, event: $0) }
        try self.fold(entries)
        return entries
    }

    /// Folds in what was decided, through its bytes.
    mutating func fold(_ entries: [ControlEntry]) throws {
        for entry in entries {
            let bytes = try entry.bytes()
            try self.state.apply(try ControlEntry(index: UInt64(self.log.count), bytes: bytes))
            self.log.append(bytes)
        }
    }

    /// What there is to see of a rollout: so much use of the candidate, and so many incidents in it.
    func look(at id: RolloutID, requests: Int, events: Int, tripped: Int) throws -> Observations {
        let rollout = try #require(self.state.book[id])
        let clock = ClockReading(boot: 1, monotonic: self.now.milliseconds - 1_799_999_999_000, wall: self.now)
        let gateway = GatewayReport(
            gateway: try name("gateway"), generation: rollout.enforcement.generation,
            leaseEnds: self.now.advanced(milliseconds: 5_000))
        return Observations(
            clock: clock, epoch: rollout.epoch,
            metrics: rollout.spec.metrics.map { metric in
                MetricObservation(
                    metric: metric.name, heartbeat: self.now, watermark: self.now, events: events, exposure: requests,
                    tripped: tripped)
            }, requests: requests, gateways: [gateway], drill: self.state.book.drill)
    }
}
