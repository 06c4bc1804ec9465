public import ReleaseModel

/// Why a report is not taken in.
public enum ReportFault: Hashable, Sendable {
    /// It is of another rollout.
    case anotherRollout(RolloutID)
    /// The plan releases no such version and compares with none.
    case unknownVersion(Name)
    /// No request with this identifier went through a gateway of this rollout.
    case unknownRequest(RequestID)
    /// The request is so young that its entry may not be durable yet.
    case requestPending(RequestID)
    /// The part of the access log that had the request's entry was dropped.
    case requestErased(RequestID)
    /// Nothing is known of the request, and it may be one that left no more than a count.
    case requestUnlogged(RequestID)
    /// No rollout placed the request on a side.
    case requestUnplaced(RequestID)
    /// Another rollout placed the request.
    case requestElsewhere(RequestID, RolloutID)
    /// The request was placed in a stage that the rollout has not opened in that epoch.
    case unknownStage(epoch: Int, stage: Int)
    /// A flag, a violation or feedback has to name its request.
    case requestMissing
    /// It was reported so many milliseconds ahead of now.
    case fromFuture(milliseconds: Int64)
    /// It was reported before it happened.
    case reportedBeforeOccurred
    /// It happened before the request that it is about was let in.
    case beforeRequest
    /// It happened before the rollout opened a stage.
    case beforeStage
    /// It names the side, or the version, that did not serve the request.
    case attributedElsewhere
    /// A revision is not from 0 to 1,000.
    case impossibleRevision(Int)
    /// This revision was taken in with another content; give the correction the next number.
    case revisionTaken(Int)
    /// A correction is about another request, version or moment; that is another report.
    case anotherSubject
    /// There are ``SignalLimits/reports`` reports.
    case tooMany
    /// A text is longer than ``SignalLimits/textLength``.
    case textTooLong
}

extension ReportFault: CustomStringConvertible {
    /// The fault with what was expected, for people.
    public var description: String {
        switch self {
        case .anotherRollout(let rollout): "rollout: is \(rollout); report it to that rollout"
        case .unknownVersion(let version): "version: \(version) is neither released nor compared with by this rollout"
        case .unknownRequest(let request): "request: \(request) is not known here; take the id that the answer had"
        case .requestPending(let request):
            "request: \(request) is not on the disk yet; send the report again soon"
        case .requestErased(let request): "request: the part of the access log that had \(request) was dropped"
        case .requestUnlogged(let request):
            "request: \(request) is not known here, or is of an unlogged grant, of which no more than a count is left"
        case .requestUnplaced(let request):
            "request: \(request) was placed by no rollout, so it counts for neither side of this one"
        case .requestElsewhere(let request, let rollout):
            "request: \(request) was placed by \(rollout); report it to that rollout"
        case .unknownStage(let epoch, let stage):
            "request: was placed in stage \(stage) of epoch \(epoch), which is not open here"
        case .requestMissing: "request: is missing; name the request that it is about"
        case .fromFuture(let ahead):
            "reported: is \(ahead) ms ahead; expected at most \(SignalLimits.clockTolerance), set the clock"
        case .reportedBeforeOccurred: "occurred: is later than reported"
        case .beforeRequest: "occurred: is before the request was let in"
        case .beforeStage: "occurred: is before the first stage opened"
        case .attributedElsewhere: "attributed_to, version: are not of the side that served the request"
        case .impossibleRevision(let revision): "revision: is \(revision); expected 0 to 1000"
        case .revisionTaken(let revision): "revision: \(revision) says something else already; use the next number"
        case .anotherSubject: "request, version, occurred: differ from what is corrected; make it a report of its own"
        case .tooMany: "there are \(SignalLimits.reports) reports; people must look at them"
        case .textTooLong: "reason: is longer than \(SignalLimits.textLength) characters"
        }
    }
}

/// Everything that is wrong with a report; never empty.
public struct ReportFaults: Error, Hashable, Sendable, CustomStringConvertible {
    /// The faults, each once.
    public let faults: [ReportFault]

    /// Faults; there is one at least.
    public init(faults: [ReportFault]) {
        self.faults = faults
    }

    /// All of them in one line.
    public var description: String { self.faults.map(\.description).joined(separator: "; ") }
}

/// What became of a report that has no fault.
public enum ReportReceipt: Hashable, Sendable {
    /// It was taken in.
    case taken
    /// It had been taken in before; nothing changed.
    case known
}
