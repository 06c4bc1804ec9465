import NIOConcurrencyHelpers
public import NIOCore
public import ReleaseModel
public import StageControl

/// Where a gateway and whoever conducts rollouts meet at the door of a stage: what the gateway was lent of the stage's
/// exposure, and who asks it for a place.
///
/// The gateway decides by what lies here and waits for nobody. If nobody comes to the other side any more, blocks run
/// out and nobody new is let in.
public final class StageDoor: Sendable {
    /// The most who wait to be heard; whoever comes then is heard when they ask again.
    static let mostWaiting = 10_000

    private struct Place: Hashable {
        let rollout: RolloutID
        let meter: ExposureMeter
    }

    private struct Line {
        var waiting: [RolloutID: [Applicant]] = [:]
        var known: Set<Applicant> = []
    }

    /// A name that no other process ever has: a block of a gateway that died is not used by the next.
    public let gateway: Name
    private let uptime: @Sendable () -> UInt64
    private let purses = NIOLockedValueBox<[Place: ExposurePurse]>([:])
    private let line = NIOLockedValueBox(Line())

    /// A door where nobody has been yet.
    ///
    /// - Parameters:
    ///   - gateway: the gateway's name, to which this process adds a number of its own.
    ///   - uptime: nanoseconds that never go backwards, by which blocks end.
    public init(
        gateway: Name, uptime: @escaping @Sendable () -> UInt64 = { NIODeadline.now().uptimeNanoseconds }
    ) {
        let number = UInt64.random(in: .min ... .max)
        self.gateway = Name("\(gateway.text.prefix(40))-\(String(number, radix: 36))") ?? gateway
        self.uptime = uptime
    }

    /// What the gateway gives back and asks for, of one budget.
    ///
    /// - Parameter endsAll: whether it serves no candidate any more, and gives everything back.
    public func ask(_ meter: ExposureMeter, of rollout: RolloutID, endsAll: Bool = false) -> ExposureAsk {
        let place = Place(rollout: rollout, meter: meter)
        let purse = self.purses.withLockedValue { purses in
            if let purse = purses[place] { return purse }
            let purse = ExposurePurse(gateway: self.gateway)
            purses[place] = purse
            return purse
        }
        return purse.ask(at: self.now, endsAll: endsAll)
    }

    /// Tells the gateway what became of it. What is granted is durable before it is told.
    public func tell(_ reply: ExposureReply, of meter: ExposureMeter, of rollout: RolloutID) {
        self.purse(meter, of: rollout)?.hear(reply)
    }

    /// Those who asked since the last time, in their order, by rollout.
    public func takeApplicants() -> [RolloutID: [Applicant]] {
        self.line.withLockedValue { line in
            let waiting = line.waiting
            line = Line()
            return waiting
        }
    }

    // MARK: The gateway's side

    /// By the clock of blocks.
    var now: Timestamp { Timestamp(milliseconds: Int64(clamping: self.uptime() / 1_000_000)) }

    /// What there is of a budget; nil if nobody has lent anything of it yet.
    func purse(_ meter: ExposureMeter, of rollout: RolloutID) -> ExposurePurse? {
        self.purses.withLockedValue { $0[Place(rollout: rollout, meter: meter)] }
    }

    /// Puts somebody forward who asks for a place.
    func apply(_ applicant: Applicant, for rollout: RolloutID) {
        self.line.withLockedValue { line in
            guard line.known.count < Self.mostWaiting, line.known.insert(applicant).inserted else { return }
            line.waiting[rollout, default: []].append(applicant)
        }
    }
}
