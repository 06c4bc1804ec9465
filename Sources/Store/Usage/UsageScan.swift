import ReleaseModel
import StrictJSON

/// Reads what an entry of the access log says was used. Every entry passes here, so nothing is built but the result.
struct UsageScan {
    private enum Key: Int, CaseIterable {
        case at, grant, input, kind, outcome, output

        static let table = JSONKeyTable(Self.allCases.map { "\($0)" })
    }

    private var scanner = JSONScanner()
    /// The grant of the entry before: most entries are of a few grants.
    private var known: (text: String, grant: GrantID)?

    /// What one entry says; `nil` if it is no entry of the access log.
    mutating func usage(of entry: Span<UInt8>) -> Usage? {
        self.scanner.restart()
        return try? self.read(entry)
    }

    private mutating func read(_ entry: Span<UInt8>) throws(JSONFault) -> Usage? {
        guard try self.scanner.next(in: entry) == .objectStart else { return nil }
        var (at, input, output) = (Int64?.none, Int64(0), Int64(0))
        var (grant, outcome) = (GrantID?.none, String?.none)
        var (isRequest, isKnown) = (false, false)
        while try self.scanner.next(in: entry) == .key {
            let key = Key.table.index(of: self.scanner, in: entry).flatMap(Key.init(rawValue:))
            let token = try self.scanner.next(in: entry)
            switch (key, token) {
            case (.at, .number): at = self.scanner.integer(in: entry)
            case (.input, .number): input = self.scanner.integer(in: entry) ?? 0
            case (.output, .number): output = self.scanner.integer(in: entry) ?? 0
            case (.grant, .string): grant = self.grant(in: entry)
            case (.outcome, .string): outcome = self.scanner.text(in: entry)
            case (.kind, .string):
                isRequest = ["request.admitted", "request.counted"].contains { self.scanner.isText($0, in: entry) }
                isKnown =
                    isRequest
                    || ["request.completed", "tokens.counted"].contains { self.scanner.isText($0, in: entry) }
            default: try self.scanner.skip(token, in: entry)
            }
        }
        guard isKnown, let at, let grant else { return nil }
        let day = Day(of: Timestamp(milliseconds: at))
        guard !isRequest else { return Usage(grant: grant, day: day, requests: 1) }
        return Usage(
            grant: grant, day: day, inputTokens: Int(clamping: input), outputTokens: Int(clamping: output),
            outcomes: outcome.map { [$0: 1] } ?? [:])
    }

    private mutating func grant(in entry: Span<UInt8>) -> GrantID? {
        if let known, self.scanner.isText(known.text, in: entry) { return known.grant }
        let text = self.scanner.text(in: entry)
        guard let grant = GrantID(text) else { return nil }
        self.known = (text, grant)
        return grant
    }
}
