import ReleaseModel
import StrictJSON

// What became of a command, or would.
extension Session {
    /// Gives a command and tells what became of it.
    func give(_ command: Command, dryRun: Bool) async throws {
        let answer = try await self.send(command, dryRun: dryRun)
        if dryRun {
            self.tellDryRun(answer)
        } else {
            try self.tell(answer)
        }
    }

    /// Prints the identifiers of what is new, and says what happened and what comes next.
    func tell(_ answer: JSONValue) throws {
        let isTable = self.output == .table
        if !isTable { self.terminal.line(answer.canonicalText) }
        for recorded in answer["entries"]?.arrayValue ?? [] {
            guard let event = try? recorded["entry"]?.decoded(as: ControlEntry.self).event else { continue }
            if isTable, let id = event.newIdentifier { self.terminal.line(id) }
            if case .proposalMade = event { continue }
            let index = recorded["index"]?.integerValue.map { " [entry \($0)]" } ?? ""
            self.terminal.say(Table.visible(event.sentence + index))
        }
        guard let proposal = answer["proposal"], let id = proposal["id"]?.stringValue else { return }
        let lapses = proposal["lapses"]?.integerValue.map { Moment.text(Timestamp(milliseconds: $0)) } ?? "it lapses"
        self.terminal.say("Nothing is open yet. Until \(lapses) a second person approves it:")
        self.terminal.say("    sluice proposal approve \(id)")
    }

    /// Prints who would gain and who would lose access.
    func tellDryRun(_ answer: JSONValue) {
        guard self.output == .table else { return self.terminal.line(answer.canonicalText) }
        func rows(_ member: String, _ word: String) -> [[String]] {
            (answer[member]?.arrayValue ?? []).map { pair in
                [word, pair["application_name"]?.stringValue ?? "?", pair["model_name"]?.stringValue ?? "?"]
            }
        }
        let changes = Table(["ACCESS", "APPLICATION", "MODEL"], rows("gains", "gains") + rows("loses", "loses"))
        self.terminal.table(changes, orSay: "Nobody would gain or lose access.")
        if answer["needs_second_person"]?.boolValue == true {
            self.terminal.say("It would wait for a second person; access is shown as it would be after that.")
        }
        self.terminal.say("Nothing was done.")
    }
}
