import ReleaseModel
import StrictJSON
import Telemetry

/// Follows a rollout until it is over.
struct RolloutWatch {
    let session: Session
    let rollout: RolloutID

    private static let over: Set<String> = ["completed", "aborted", "superseded"]

    /// Draws the view each second on a terminal; elsewhere writes a line whenever phase, stage or reasons change.
    func follow(seconds: Int?) async throws {
        let end = seconds.map { WallClock.milliseconds() + Int64($0) * 1_000 }
        var last = ""
        while true {
            let rollout = try await self.session.rollout(self.rollout)
            self.show(rollout, &last)
            if Self.over.contains(rollout.text("phase")) { return }
            if let end, WallClock.milliseconds() >= end { return }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func show(_ rollout: JSONValue, _ last: inout String) {
        let terminal = self.session.terminal
        if self.session.output == .table, let width = terminal.width {
            // Home, the view, and whatever a longer view before left below.
            terminal.write("\u{1B}[H\u{1B}[2J" + RolloutScreen(rollout, width: width).text)
            return
        }
        let line = self.line(rollout)
        guard line != last else { return }
        last = line
        switch self.session.output {
        case .json: terminal.line(rollout.canonicalText)
        case .table: terminal.line("\(Moment.text(Timestamp(milliseconds: WallClock.milliseconds())))  \(line)")
        }
    }

    private func line(_ rollout: JSONValue) -> String {
        let reasons = rollout["reasons"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return ["\(rollout.text("phase"))", RolloutScreen.stage(of: rollout)].filter { !$0.isEmpty }
            .joined(separator: " ") + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: " "))
    }
}
