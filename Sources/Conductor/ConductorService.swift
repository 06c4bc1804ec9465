public import ControlAPI
public import Gateway
public import Logging
import NIOCore
public import ReleaseModel
public import ServiceLifecycle
public import Signals
public import StageControl
public import Store

/// Carries rollouts out: each second it draws off what gateways counted, lets the rules look, and stands in for what
/// they decided for a few seconds more.
///
/// It decides nothing itself. When it stops, gateways serve no candidate within ``Enforcement/lease``.
public struct ConductorService: Service {
    /// How often rules look at a rollout, in milliseconds. A report makes them look at once.
    static let interval: Int64 = 1_000
    /// How often exposure is lent and applicants are heard, in milliseconds.
    static let doorInterval: Int64 = 200

    private let conducting: Conducting
    private let doorkeeping: Doorkeeping
    private let logger: Logger

    /// A conductor.
    ///
    /// - Parameters:
    ///   - plane: decides, records and publishes.
    ///   - store: where signals are kept, so that counting goes on after a restart.
    ///   - tap: where the gateway's counts are drawn off.
    ///   - door: where the gateway is lent exposure, and puts forward who asks for a place.
    ///   - gateway: the gateway's name in records.
    ///   - requests: finds the requests that reports name.
    public init(
        plane: ControlPlane, store: Store, tap: SignalTap, door: StageDoor, gateway: Name, requests: RequestFinder,
        logger: Logger
    ) {
        let starts = plane.rollouts.current.pages.values.compactMap { $0.rollout.clock?.boot }
        let clock = ConductorClock.system(after: starts.max())
        let lent = LentExposure()
        self.conducting = Conducting(
            plane: plane, store: store, tap: tap, lent: lent, gateway: gateway, requests: requests, clock: clock,
            logger: logger)
        self.doorkeeping = Doorkeeping(
            plane: plane, store: store, door: door, lent: lent, witness: ExposureWitness(requests), clock: clock,
            logger: logger)
        self.logger = logger
    }

    /// Where reports of people and monitors are handed in.
    public var reports: any ReportTaking { self.conducting }

    /// Takes in what an application says of an answer.
    public func take(_ feedback: Feedback) async -> FeedbackAnswer { await self.conducting.take(feedback) }

    /// Rehearses a rollback for nobody, and records what it showed.
    public func drill() async throws -> RollbackDrill { try await self.conducting.drill() }

    /// Takes in that a control beside a rollout is up. Says whether it is news.
    public func take(_ heartbeat: Heartbeat, of rollout: RolloutID) async throws(HeartbeatFault) -> Bool {
        try await self.conducting.take(heartbeat, of: rollout)
    }

    /// Conducts until the service group stops. A fault of one round is logged, and the next round tries again.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await Self.repeated(each: Self.interval) { await self.conducting.round() } }
                group.addTask { await Self.repeated(each: Self.doorInterval) { await self.doorkeeping.round() } }
            }
        }
        // The gateway has stopped before: what it did not use is no loss.
        await self.doorkeeping.round(endsAll: true)
    }

    private static func repeated(each interval: Int64, _ round: () async -> Void) async {
        while !Task.isCancelled {
            await round()
            // Cancelled in its sleep it ends in good order.
            try? await Task.sleep(for: .milliseconds(interval))
        }
    }
}

/// Takes in what people and monitors outside say of a release.
public protocol ReportTaking: Sendable {
    /// Takes a report in and lets the rules look at once. Throws ``ReportFaults`` if something is wrong with it.
    ///
    /// An application speaks of its own requests only; of others it is told ``ReportRefusal/unknownRequest(_:)``.
    func take(_ report: Report, from application: ApplicationID?) async throws -> ReportReceipt
}
