import SluiceTesting
import Testing

@testable import Gateway

@Suite("What was used last")
struct RecentTests {
    @Test("is known without being made again, up to the bound, and what was not used for longest goes first")
    func bounded() {
        var (recent, made) = (Recent<Int, String>(most: 3), [Int]())
        func ask(_ key: Int) -> String {
            recent.value(of: key) {
                made.append(key)
                return "value \(key)"
            }
        }
        for key in [1, 2, 3, 1, 2, 3, 1] { #expect(ask(key) == "value \(key)") }
        #expect(made == [1, 2, 3])
        #expect(ask(4) == "value 4" && recent.count == 3)
        for key in [3, 1, 4] { _ = ask(key) }
        #expect(made == [1, 2, 3, 4])
        #expect(ask(2) == "value 2" && made == [1, 2, 3, 4, 2])
    }

    @Test("is what a list of all uses says, whatever is asked", arguments: 0..<100 as Range<UInt64>)
    func model(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let most = Int.random(in: 1...6, using: &generator)
        var (recent, uses) = (Recent<Int, Int>(most: most), [Int]())
        for number in 0..<200 {
            let key = Int.random(in: 0...8, using: &generator)
            var isMade = false
            let value = recent.value(of: key) {
                isMade = true
                return number
            }
            var last: [Int] = []
            for used in uses.reversed() where !last.contains(used) { last.append(used) }
            #expect(isMade == !last.prefix(most).contains(key))
            #expect(isMade == (value == number))
            #expect(recent.count <= most)
            uses.append(key)
        }
    }
}
