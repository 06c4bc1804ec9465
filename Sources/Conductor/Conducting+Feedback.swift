import ControlAPI
import Gateway
import Logging
import ReleaseModel
import Signals
import StageControl
import Store

extension Conducting {
    /// Takes in what an application says of an answer. Rules look at it with the next round: feedback comes by the
    /// thousand, and none of it stops a release by itself.
    func take(_ feedback: Feedback) async -> FeedbackAnswer {
        do {
            let now = self.clock.read().wall
            guard case .found(let entry) = try await self.requests.admission(of: feedback.request, at: now),
                self.plane.isOwn(entry, of: feedback.application)
            else { return .unknownRequest }
            guard let placement = LoggedPlacement(entry: entry), let admitted = entry.admitted else { return .heard }
            return try await self.count(
                feedback.report(of: placement, admitted: admitted, at: now), placement, of: feedback.application)
        } catch let faults as ReportFaults {
            // A rollout that has no such stage any more has no use for it either.
            return faults.faults.contains(.tooMany) ? .tooMuch : .heard
        } catch {
            self.logger.error("feedback could not be kept", metadata: ["fault": "\(error)"])
            return .unavailable
        }
    }

    private func count(
        _ report: Report, _ placement: LoggedPlacement, of application: ApplicationID
    ) async throws -> FeedbackAnswer {
        guard let page = self.plane.rollouts.current.pages[report.rollout], page.rollout.isConducted else {
            return .heard
        }
        await self.takeTurn()
        defer { self.passTurn() }
        try await self.withDesk(of: page) { desk in
            guard !desk.knows(report.id) else { return }
            let request = ReportedRequest.placed(placement, of: application, admitted: report.occurred)
            _ = try await desk.take(report, about: request, at: report.reported)
        }
        return .heard
    }
}
