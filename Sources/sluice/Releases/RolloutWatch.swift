import ReleaseModel
import StrictJSON
import Telemetry

/// Follows a rollout until it is over.
struct RolloutWatch {
    let session: Session
    let rollout: RolloutID

    private static let over: Set<String> = ["completed", "aborted", "superseded"]

    /// Draws the view each second on a terminal; elsewhere writes a line whenever phase, stage or reasons change.
    ///
    /// A server that does not answer for a while ends nothing: the view stays and says since when it is old.
    func follow(seconds: Int?) async throws {
        let end = seconds.map { WallClock.milliseconds() + Int64($0) * 1_000 }
        var shown: JSONValue?
        var line = ""
        while true {
            do {
                let rollout = try await self.session.rollout(self.rollout)
                self.show(rollout, &line)
                shown = rollout
                if Self.over.contains(rollout.text("phase")) { return }
            } catch let fault as ClientFault {
                guard let shown else { throw fault }
                self.show(shown, &line, after: fault)
            }
            if let end, WallClock.milliseconds() >= end { return }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// The view once, as wide as the terminal is.
    func once() async throws {
        let rollout = try await self.session.rollout(self.rollout)
        let terminal = self.session.terminal
        switch self.session.output {
        case .json: terminal.line(rollout.canonicalText)
        case .table: terminal.write(self.screen(rollout).text)
        }
    }

    private func screen(_ rollout: JSONValue) -> RolloutScreen {
        let terminal = self.session.terminal
        return RolloutScreen(rollout, width: terminal.width, ink: Ink(isColoured: terminal.isColoured))
    }

    private func show(_ rollout: JSONValue, _ last: inout String, after fault: ClientFault? = nil) {
        let terminal = self.session.terminal
        if self.session.output == .table, terminal.width != nil {
            let note = fault.map { ["Not as it is now: \($0)", ""] } ?? []
            return terminal.write(Self.drawn(note + self.screen(rollout).lines, height: terminal.height))
        }
        let line = fault.map { "no answer: \($0)" } ?? self.line(rollout)
        guard line != last else { return }
        last = line
        let now = Moment.text(Timestamp(milliseconds: WallClock.milliseconds()))
        switch (self.session.output, fault) {
        case (.json, nil): terminal.line(rollout.canonicalText)
        case (.json, _?): terminal.say("\(now)  \(line)")
        case (.table, _): terminal.line("\(now)  \(line)")
        }
    }

    /// The view over the one before: each line is cleared behind its end, and then whatever is left below. What does
    /// not fit is said, since a terminal that scrolls would show the end alone.
    static func drawn(_ lines: [String], height: Int?) -> String {
        var lines = lines
        if let height, lines.count >= height, height > 2 {
            let hidden = lines.count - (height - 2)
            lines = lines.prefix(height - 2) + ["… \(hidden) lines more; 'sluice release status' prints all"]
        }
        return "\u{1B}[H" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }

    private func line(_ rollout: JSONValue) -> String {
        let reasons = rollout["reasons"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let marks = rollout["overrides"]?.arrayValue ?? []
        return Table.visible(
            [rollout.text("phase"), RolloutScreen.stage(of: rollout)].filter { !$0.isEmpty }.joined(separator: " ")
                + (marks.isEmpty ? "" : " [opened against the rules]")
                + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: " ")))
    }
}
