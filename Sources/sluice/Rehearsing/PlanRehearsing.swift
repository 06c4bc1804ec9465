import ArgumentParser
import FoundationEssentials
import Rehearsal
import StageControl
import StrictJSON

extension PlanCommand {
    struct Rehearse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a plan would probably do, by carrying it out thousands of times in a simulated world.",
            discussion: """
                The rules are those that carry releases out in truth; only the world is supposed. The same plan, \
                suppositions and seed give the same report, on any machine and with any number of workers. What \
                nobody said of the world stands in the report.
                """)

        @OptionGroup var plan: PlanArgument
        @OptionGroup var expected: TrafficOptions
        @OptionGroup(title: "What is supposed") var supposed: SuppositionOptions
        @Option(help: ArgumentHelp("How many runs, to 1,000,000.", valueName: "n")) var runs = 10_000
        @Option(
            help: ArgumentHelp(
                "How many runs for each other true rate that is tried; 0 tries none. Else a fiftieth of the runs.",
                valueName: "n"))
        var gridRuns: Int?
        @Option(help: ArgumentHelp("The seed of all chance.", valueName: "n")) var seed: UInt64 = 1
        @Option(help: ArgumentHelp("How many runs at a time; one for each processor if not said.", valueName: "n"))
        var workers: Int?
        @Option(help: ArgumentHelp("Write a picture of the report into this new file.", valueName: "file"))
        var svg: String?
        @Option(help: "How the report is printed: for people, or as JSON.") var output = OutputFormat.table

        func validate() throws {
            guard 1...1_000_000 ~= self.runs else { throw ValidationError("--runs is 1 to 1,000,000") }
            guard self.gridRuns.map({ 0...1_000_000 ~= $0 }) ?? true else {
                throw ValidationError("--grid-runs is 0 to 1,000,000")
            }
            guard self.workers.map({ 1...1_024 ~= $0 }) ?? true else {
                throw ValidationError("--workers is 1 to 1,024")
            }
        }

        func run() async throws {
            try await self.run(Terminal.standard(environment: ProcessInfo.processInfo.environment))
        }

        func run(_ terminal: Terminal) async throws {
            if let svg { try LocalFile.expectNone(svg) }
            let draft = try PlanDraft(reading: self.plan.file)
            let rehearsal: Rehearsal
            do throws(RehearsalFaults) {
                rehearsal = try Rehearsal(
                    draft.plan, self.supposed.suppositions(expecting: self.expected.traffic))
            } catch {
                throw CommandFault(.usage, "\(draft.name) cannot be rehearsed:\n\(error)")
            }
            let report = try await self.report(rehearsal)
            switch self.output {
            case .json: terminal.line(try JSONValue(encoding: report).canonicalText)
            case .table: terminal.write(report.table + "\n" + report.plot(width: terminal.width ?? 100))
            }
            // After the report, which may have taken minutes and is not lost if the picture cannot be written.
            guard let svg else { return }
            try LocalFile.create(svg, Array(report.svg.utf8), mode: 0o644)
            terminal.say("\(svg) is written")
        }

        /// Everything that was asked for, in parallel.
        private func report(_ rehearsal: Rehearsal) async throws -> RehearsalReport {
            let workers = self.workers ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
            let crew = RehearsalCrew(workers: workers, seed: self.seed)
            let tally = try await crew.tally(rehearsal, runs: self.runs)
            let gridRuns = self.gridRuns ?? max(1, self.runs / 50)
            var grid: [(cell: RehearsalCell, tally: RehearsalTally)] = []
            for cell in gridRuns > 0 ? rehearsal.grid() : [] {
                grid.append((cell, try await crew.tally(cell.rehearsal, runs: gridRuns)))
            }
            return RehearsalReport(rehearsal, tally, seed: self.seed, grid: grid)
        }
    }
}
