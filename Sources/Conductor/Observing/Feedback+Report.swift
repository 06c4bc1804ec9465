import Gateway
import ReleaseModel
import Signals

extension Feedback {
    /// The report that the feedback is, of a request of this placement.
    ///
    /// Its identifier follows from the request and what is said, and a request is of one application alone; so the same
    /// feedback is the same report, however often it is sent.
    func report(of placement: LoggedPlacement, admitted: Timestamp, at now: Timestamp) -> Report {
        Report(
            id: ReportID(bits: self.request.bits ^ self.rating.place), rollout: placement.rollout,
            request: self.request, occurred: admitted, reported: max(now, admitted), content: .feedback(self.rating))
    }
}

extension Report.Rating {
    /// Another number for each rating; those of good and bad stand in logs that are older than the others.
    fileprivate var place: UInt128 {
        switch self {
        case .bad: 0
        case .good: 1
        default: UInt128(self.millionths) + 1
        }
    }
}
