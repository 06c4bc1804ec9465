import ArgumentParser
import Arms
import ReleaseModel
import Signals
import StageControl
import StrictJSON
import Telemetry

extension ReleaseCommand {
    struct Report: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Say what people or monitors saw: a flag, a confirmed violation, an incident, feedback.",
            discussion: """
                With --request it counts for the side that served the request, on the day of the request, however \
                late it is reported. What is said of one request twice counts once.
                """)

        /// What is said.
        enum Kind: String, CaseIterable, ExpressibleByArgument {
            case flag, violation, incident, feedback
        }

        @OptionGroup var rollout: RolloutArgument
        @Option(help: "What is said: flag, violation, incident or feedback.") var kind: Kind
        @Option(
            help: ArgumentHelp("The request, by the x-request-id of its answer.", valueName: "req_…"),
            transform: OptionText.request)
        var request: RequestID?
        @Option(help: "What it is about, as the plan's metrics name it.", transform: OptionText.name)
        var category: Name?
        @Option(help: "How bad it is: low, medium, high or critical; left out, nobody knows.") var severity: Severity?
        @Option(help: "Of an incident without a request: the side that it was traced to.") var attributedTo: Arm?
        @Option(help: "Of feedback: good, bad, or a number from 0 to 1.") var rating: Signals.Report.Rating?
        @Option(help: "When it happened; now if left out.", transform: Moment.option) var occurred: Timestamp?
        @OptionGroup var client: ClientOptions

        func validate() throws {
            if self.kind == .feedback, self.rating == nil { throw ValidationError("--rating says what was thought") }
            if self.kind != .incident, self.request == nil {
                throw ValidationError(
                    "--request names the request that it is about; only an incident may be about none")
            }
        }

        func ask(_ session: Session) async throws {
            var generator = SystemRandomNumberGenerator()
            let now = Timestamp(milliseconds: WallClock.milliseconds())
            let report = Signals.Report(
                id: ReportID(at: now, using: &generator), rollout: self.rollout.rollout, request: self.request,
                occurred: self.occurred ?? now, reported: now, content: self.content)
            let answer = try await session.client.send(
                .post("/v1/reports", [], report.document, idempotencyKey: session.freshKey()))
            guard session.output == .table else { return session.terminal.line(answer.canonicalText) }
            session.terminal.line(answer.text("id"))
        }

        private var content: Signals.Report.Content {
            switch self.kind {
            case .flag: .flag(category: self.category, severity: self.severity)
            case .violation: .violation(category: self.category, severity: self.severity)
            case .incident:
                .incident(severity: self.severity, category: self.category, attributedTo: self.attributedTo)
            case .feedback: .feedback(self.rating ?? .bad)
            }
        }
    }
}
