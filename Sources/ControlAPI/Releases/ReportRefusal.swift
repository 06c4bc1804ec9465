public import ReleaseModel

/// Why a report finds nobody who takes it in.
public enum ReportRefusal: Error, Hashable, Sendable {
    /// The rollout that it is about is not under way, or there is none.
    case notConducted(RolloutID)
    /// The request is not known, or is not of the application that speaks of it: it is not told which.
    case unknownRequest(RequestID)
}

extension ReportRefusal: CustomStringConvertible {
    /// What was not found.
    public var description: String {
        switch self {
        case .notConducted(let rollout): "\(rollout) is not under way; a report is about a rollout that is"
        case .unknownRequest(let request):
            "there is no request \(request) of this application; take the id that the answer had"
        }
    }
}
