import AccessPolicy
import ArgumentParser
import Arms
import FoundationEssentials
import ReleaseModel
import StageControl
import Store
import StrictJSON

extension ReleaseCommand {
    struct Draw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw the lotteries of a rollout that is over again, from the log alone.",
            discussion: """
                The seed that the log revealed must be the one that it committed to before anybody signed. With it, \
                and with who was waiting when the lists were closed, the winners are drawn anew. They must be those \
                that the control API told while the rollout was under way.
                """)

        @OptionGroup var rollout: RolloutArgument
        @Option(help: ArgumentHelp("The data folder; SLUICE_DATA if left out, else this folder.", valueName: "dir"))
        var data: String?
        @Option(help: "How the result is printed: for people, or as JSON.") var output = OutputFormat.table

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let folder = DataFolder(path: self.data ?? environment["SLUICE_DATA"] ?? ".")
            try self.run(LogReader(directory: folder.log(.control)), .standard(environment: environment))
        }

        func run(_ reader: LogReader, _ terminal: Terminal) throws {
            let draws = try DrawnAgain(reader).draws(of: self.rollout.rollout)
            guard self.output == .table else {
                return terminal.line(JSONValue.object(["data": try JSONValue(encoding: draws)]).canonicalText)
            }
            let rows = draws.flatMap { draw in
                draw.winners.enumerated().map { ["\(draw.cohort)", "\($0 + 1) of \(draw.places)", "\($1)"] }
            }
            terminal.table(Table(["COHORT", "PLACE", "APPLICATION"], rows), orSay: "Nothing was drawn.")
            for draw in draws { terminal.say("The list of \(draw.cohort) that was drawn from is \(draw.entrants).") }
        }
    }
}

/// The rollouts of a control log, with who was waiting when their lists were closed.
struct DrawnAgain {
    private var registry = Registry()
    private var book = RolloutBook()
    private var lists = WaitingLists()

    init(_ reader: LogReader) throws {
        var (registry, book, lists) = (self.registry, self.book, self.lists)
        try reader.entries(0..<reader.size()) { index, bytes in
            do {
                let entry = try JSONValue(parsing: bytes).decoded(as: ControlEntry.self)
                try book.apply(entry)
                registry.apply(entry)
                lists.apply(entry, registry, book)
            } catch {
                throw CommandFault(.verificationFailed, "entry \(index) cannot be read: \(error)")
            }
        }
        (self.registry, self.book, self.lists) = (registry, book, lists)
    }

    /// The draws of a rollout whose seed is revealed.
    func draws(of rollout: RolloutID) throws -> [LotteryDraw] {
        guard let page = self.book.pages[rollout] else {
            throw CommandFault(.notFound, "the log has no rollout \(rollout)")
        }
        guard let text = page.seed else {
            throw CommandFault(.conflict, "the seed of \(rollout) is secret until the rollout is over")
        }
        let (spec, lists) = (page.rollout.spec, self.lists.closed[rollout] ?? [:])
        do {
            let seed = try Seed(revealed: text, commitment: page.seedCommitment)
            return try LotteryDraw.draws(of: spec, lists, seed: seed, bucketing: spec.bucketing(seed))
        } catch {
            throw CommandFault(.verificationFailed, "\(error)")
        }
    }
}
