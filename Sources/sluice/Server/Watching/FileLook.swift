import Logging
import Store
import Telemetry

/// Looks at the files of what can be read again, and knows what it saw.
///
/// A file is read when its stamp is another than at the last look, or so young that a later write could have the same.
/// So what rests costs a question to the file system, and a fault is told once.
actor FileLook {
    /// What is remembered of one thing.
    private struct Seen {
        /// The stamps of its files; nil where they have to be read at the next look in any case.
        var stamps: [FileStamp?]?
        /// The fault that was told.
        var fault: String?
    }

    private let things: [any Reloadable]
    private let logger: Logger
    private var seen: [Seen]

    init(at things: [any Reloadable], logger: Logger) {
        self.things = things
        self.logger = logger
        self.seen = things.map { _ in Seen() }
    }

    /// Reads what has changed; if somebody asks for it, everything, and then says of each thing how it is.
    func look(isAsked: Bool = false, at now: Int64 = WallClock.milliseconds()) {
        if isAsked, self.things.isEmpty {
            self.logger.info("nothing to reload: no file holds a key or a certificate")
        }
        for (place, thing) in self.things.enumerated() {
            // Looked at before the file is read: what is written in between has another stamp at the next look.
            let stamps = thing.paths.map { FileStamp($0) }
            guard isAsked || self.seen[place].stamps != stamps else { continue }
            self.seen[place].stamps = stamps.allSatisfy { $0?.isSettled(at: now) ?? true } ? stamps : nil
            self.seen[place].fault = self.tell(thing, isAsked: isAsked, known: self.seen[place].fault)
        }
    }

    /// Reads it again, says what came of it, and answers the fault if there is one.
    private func tell(_ thing: any Reloadable, isAsked: Bool, known: String?) -> String? {
        switch thing.reload() {
        case .unchanged:
            if isAsked { self.logger.info("\(thing.title) is the one in use") }
            return nil
        case .replaced(let until):
            self.logger.notice(
                "\(thing.title) was replaced", metadata: until.map { ["until": "\(Moment.text($0))"] } ?? [:])
            return nil
        case .kept(let fault):
            if isAsked || fault != known {
                self.logger.error("\(thing.title) cannot be used; the old one stays", metadata: ["fault": "\(fault)"])
            }
            return fault
        }
    }
}
