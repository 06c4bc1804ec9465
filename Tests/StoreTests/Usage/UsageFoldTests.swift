import Ledger
import Logging
import ReleaseModel
import SluiceTesting
import Testing

@testable import Store

@Suite("The usage fold")
struct UsageFoldTests {
    private static let grant = GrantID(bits: 5)

    private static func entries(_ count: Int) -> [[UInt8]] {
        (0..<count).map { number in
            let text =
                number % 2 == 0
                ? #"{"at":86400000,"grant":"\#(Self.grant)","kind":"request.admitted","v":1}"#
                : #"{"at":86400001,"grant":"\#(Self.grant)","input":3,"kind":"request.completed","#
                    + #""outcome":"completed","output":4,"v":1}"#
            return Array(text.utf8)
        }
    }

    @Test("counts every entry once, however often it is run and wherever it stopped")
    func once() async throws {
        let folder = try TemporaryDirectory()
        let signer = try NoteSigner(name: "t/access", seed: Array(repeating: 1, count: 32))
        let writer = try LogWriter.open(directory: folder.path(of: "log"), origin: "t/access", signer: signer)
        let store = try Store.inMemory()
        let fold = UsageFold(
            log: try LogReader(directory: folder.path(of: "log")), store: store,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for round in 1...3 {
            _ = try await writer.append(Self.entries(10))
            #expect(try await fold.catchUp() == 10)
            #expect(try await fold.catchUp() == 0)
            let usage = try await store.usage.read(days: Day(number: 0)...Day(number: 10))
            let expected = Usage(
                grant: Self.grant, day: Day(number: 1), requests: 5 * round, inputTokens: 15 * round,
                outputTokens: 20 * round, outcomes: ["completed": 5 * round])
            #expect(usage == [expected])
        }
        try writer.close()
    }
}
