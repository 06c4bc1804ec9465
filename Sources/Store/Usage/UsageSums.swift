import ReleaseModel
import StrictJSON

/// Adds up what the entries of the access log say was used. Every entry passes here, so nothing is built for one.
struct UsageSums {
    private enum Key: Int, CaseIterable {
        case at, grant, input, kind, outcome, output

        static let table = JSONKeyTable(Self.allCases.map { "\($0)" })
    }

    /// What one entry says.
    fileprivate struct Use {
        /// The number of its grant.
        var grant: Int
        var day: Day
        var isRequest: Bool
        var inputTokens = 0
        var outputTokens = 0
        /// The number of its outcome.
        var outcome: Int?
    }

    /// What a grant used on the day of its last entry.
    fileprivate struct Sum {
        let grant: GrantID
        var day = Day(number: 0)
        var entries = 0
        var requests = 0
        var inputTokens = 0
        var outputTokens = 0
        /// By the number of the outcome.
        var outcomes: [Int] = []
    }

    private struct Place: Hashable {
        var grant: GrantID
        var day: Day
    }

    private var scanner = JSONScanner()
    private var grants = KnownTexts()
    private var outcomes = KnownTexts()
    /// By the number of the grant; nil where its text names none.
    private var sums: [Sum?] = []
    /// The sums of days before.
    private var finished: [Place: Usage] = [:]

    /// Adds what one entry says; false if it is no entry of the access log.
    mutating func add(_ entry: Span<UInt8>) -> Bool {
        self.scanner.restart()
        guard let use = try? self.read(entry), self.sums[use.grant] != nil else { return false }
        if self.sums[use.grant]?.day != use.day { self.finish(use.grant, beginning: use.day) }
        self.sums[use.grant]?.add(use)
        return true
    }

    /// All sums, which begin anew.
    mutating func take() -> [Usage] {
        for grant in self.sums.indices { self.finish(grant, beginning: Day(number: 0)) }
        defer { self.finished.removeAll(keepingCapacity: true) }
        return Array(self.finished.values)
    }

    /// Reads no further than it must: keys of an entry are in order (RFC 8785), and it was checked when it was written.
    private mutating func read(_ entry: Span<UInt8>) throws(JSONFault) -> Use? {
        guard try self.scanner.next(in: entry) == .objectStart else { return nil }
        var (at, input, output) = (Int64?.none, Int64(0), Int64(0))
        var (grant, outcome) = (Int?.none, Int?.none)
        var (isRequest, isResult) = (false, false)
        entry: while try self.scanner.next(in: entry) == .key {
            let key = Key.table.index(of: self.scanner, in: entry).flatMap(Key.init(rawValue:))
            let token = try self.scanner.next(in: entry)
            switch (key, token) {
            case (.at, .number): at = self.scanner.integer(in: entry)
            case (.input, .number): input = self.scanner.integer(in: entry) ?? 0
            case (.output, .number):
                output = self.scanner.integer(in: entry) ?? 0
                break entry
            case (.grant, .string): grant = self.grant(in: entry)
            case (.outcome, .string): outcome = self.outcomes.number(of: self.scanner, in: entry)
            case (.kind, .string):
                isRequest = self.isText("request.admitted", in: entry) || self.isText("request.counted", in: entry)
                isResult = self.isText("request.completed", in: entry) || self.isText("tokens.counted", in: entry)
                if !isResult { break entry }
            default: try self.scanner.skip(token, in: entry)
            }
        }
        guard isRequest || isResult, let at, let grant else { return nil }
        let day = Day(of: Timestamp(milliseconds: at))
        guard isResult else { return Use(grant: grant, day: day, isRequest: true) }
        return Use(
            grant: grant, day: day, isRequest: false, inputTokens: Int(clamping: input),
            outputTokens: Int(clamping: output), outcome: outcome)
    }

    private func isText(_ text: String, in entry: Span<UInt8>) -> Bool { self.scanner.isText(text, in: entry) }

    private mutating func grant(in entry: Span<UInt8>) -> Int {
        let number = self.grants.number(of: self.scanner, in: entry)
        if number == self.sums.count { self.sums.append(GrantID(self.grants.texts[number]).map { Sum(grant: $0) }) }
        return number
    }

    /// Puts the sum of a grant by and begins that of another day.
    private mutating func finish(_ grant: Int, beginning day: Day) {
        guard let sum = self.sums[grant] else { return }
        self.sums[grant] = Sum(grant: sum.grant, day: day)
        guard sum.entries > 0 else { return }
        var outcomes: [String: Int] = [:]
        for (number, count) in sum.outcomes.enumerated() where count > 0 {
            outcomes[self.outcomes.texts[number]] = count
        }
        let usage = Usage(
            grant: sum.grant, day: sum.day, requests: sum.requests, inputTokens: sum.inputTokens,
            outputTokens: sum.outputTokens, outcomes: outcomes)
        let empty = Usage(grant: sum.grant, day: sum.day)
        self.finished[Place(grant: sum.grant, day: sum.day), default: empty].add(usage)
    }
}

extension UsageSums.Sum {
    fileprivate mutating func add(_ use: UsageSums.Use) {
        self.entries += 1
        if use.isRequest { self.requests += 1 }
        self.inputTokens += use.inputTokens
        self.outputTokens += use.outputTokens
        guard let outcome = use.outcome else { return }
        while self.outcomes.count <= outcome { self.outcomes.append(0) }
        self.outcomes[outcome] += 1
    }
}
