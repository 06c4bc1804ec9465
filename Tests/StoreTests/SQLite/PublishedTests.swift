import Store
import Testing

@Suite("A published value")
struct PublishedTests {
    @Test("is seen whole by every reader, and never goes back")
    func readers() async {
        let published = Published([0, 0])
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for number in 1...2_000 { published.replace(with: [number, number]) }
                return true
            }
            for _ in 0..<3 {
                group.addTask {
                    var last = 0
                    for _ in 0..<2_000 {
                        let value = published.current
                        guard value[0] == value[1], value[0] >= last else { return false }
                        last = value[0]
                    }
                    return true
                }
            }
            for await isRight in group { #expect(isRight) }
        }
        #expect(published.current == [2_000, 2_000])
    }
}
