import ReleaseModel
import StrictJSON

/// Adds up what the entries of the access log say was used. Every entry passes here, so nothing is built for one.
struct UsageSums {
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

    private var grants = KnownTexts()
    private var outcomes = KnownTexts()
    /// By the number of the grant; nil where its text names none.
    private var sums: [Sum?] = []
    /// The sums of days before.
    private var finished: [Place: Usage] = [:]

    /// Adds what one entry says; false if it is no entry of the access log.
    mutating func add(_ entry: Span<UInt8>) -> Bool {
        guard let use = self.read(entry), self.sums[use.grant] != nil else { return false }
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
    private mutating func read(_ entry: Span<UInt8>) -> Use? {
        var members = CanonicalMembers()
        var (at, input, output) = (Int64?.none, Int64(0), Int64(0))
        var (grant, outcome) = (Int?.none, Int?.none)
        var (isRequest, isResult) = (false, false)
        while members.next(in: entry) {
            if members.isKey("at", in: entry) {
                at = members.integer(in: entry)
            } else if members.isKey("grant", in: entry) {
                grant = self.grant(entry.extracting(members.value))
            } else if members.isKey("input", in: entry) {
                input = members.integer(in: entry) ?? 0
            } else if members.isKey("kind", in: entry) {
                isRequest =
                    members.isText("request.admitted", in: entry) || members.isText("request.counted", in: entry)
                isResult =
                    members.isText("request.completed", in: entry) || members.isText("tokens.counted", in: entry)
                if !isResult { break }
            } else if members.isKey("outcome", in: entry) {
                outcome = self.outcomes.number(of: entry.extracting(members.value))
            } else if members.isKey("output", in: entry) {
                output = members.integer(in: entry) ?? 0
                break
            }
        }
        guard isRequest || isResult, let at, let grant else { return nil }
        let day = Day(of: Timestamp(milliseconds: at))
        guard isResult else { return Use(grant: grant, day: day, isRequest: true) }
        return Use(
            grant: grant, day: day, isRequest: false, inputTokens: Int(clamping: input),
            outputTokens: Int(clamping: output), outcome: outcome)
    }

    private mutating func grant(_ text: Span<UInt8>) -> Int {
        let number = self.grants.number(of: text)
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
