import ArgumentParser
import ReleaseModel
import StageControl
import StrictJSON
import Telemetry

/// Says of a control beside a release that it is up.
struct HeartbeatReporting: AskingVerb {
    static let configuration = CommandConfiguration(
        commandName: "heartbeat",
        abstract: "Say that a control beside a release is up. A stage holds when nothing is heard of its controls.",
        discussion: """
            A control reports by itself, with a service key whose use is its name, more often than the plan's holdAfter.
            """)

    @OptionGroup var rollout: RolloutArgument
    @Option(help: "The control, as the plan names it.", transform: OptionText.name) var control: Name
    @Option(help: "When it was up; now if left out.", transform: Moment.option) var at: Timestamp?
    @OptionGroup var client: ClientOptions

    func ask(_ session: Session) async throws {
        let at = self.at ?? Timestamp(milliseconds: WallClock.milliseconds())
        let answer = try await session.client.send(
            .post(
                "/v1/rollouts/\(self.rollout.rollout)/heartbeats", [],
                try JSONValue(encoding: Heartbeat(control: self.control, at: at)),
                idempotencyKey: session.freshKey()))
        guard session.output == .table else { return session.terminal.line(answer.canonicalText) }
        let isNew = answer["is_new"]?.boolValue ?? true
        session.terminal.say(
            isNew ? "\(self.control) was up at \(Moment.text(at))" : "something newer is known of \(self.control)")
    }
}
