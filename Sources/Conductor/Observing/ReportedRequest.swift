import ReleaseModel
import Signals
import Store
import StrictJSON

/// What the access log says of the request that a report names, as far as the signals of one rollout have to know it.
enum ReportedRequest: Hashable, Sendable {
    /// The rollout placed it, and this is where the application's request counts.
    case placed(LoggedPlacement, of: ApplicationID, admitted: Timestamp)
    /// It counts nowhere in the rollout, and why.
    case lacking(ReportFault)

    /// What a finding is to a rollout.
    ///
    /// - Parameter application: whose the request of an entry is.
    init(
        _ finding: RequestFinding, of request: RequestID, in rollout: RolloutID,
        application: (LoggedEntry) -> ApplicationID?
    ) {
        switch finding {
        case .pending: self = .lacking(.requestPending(request))
        case .erased: self = .lacking(.requestErased(request))
        case .unknown(let mayBeUnlogged):
            self = .lacking(mayBeUnlogged ? .requestUnlogged(request) : .unknownRequest(request))
        case .found(let entry):
            guard let placement = LoggedPlacement(entry: entry), let admitted = entry.admitted,
                let application = application(entry)
            else {
                self = .lacking(.requestUnplaced(request))
                return
            }
            self =
                placement.rollout == rollout
                ? .placed(placement, of: application, admitted: admitted)
                : .lacking(.requestElsewhere(request, placement.rollout))
        }
    }
}

extension LoggedPlacement {
    /// As what the request of an admission's entry counts; nil if no rollout placed it.
    init?(entry: LoggedEntry) {
        guard let placement = entry.document["placement"] else { return nil }
        self.init(placement)
    }
}

extension LoggedEntry {
    /// When the request was let in.
    var admitted: Timestamp? { self.document["at"]?.integerValue.map { Timestamp(milliseconds: $0) } }
}
