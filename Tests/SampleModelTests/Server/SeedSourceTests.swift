import Testing

@testable import SampleModel

@Suite("A source of seeds")
struct SeedSourceTests {
    @Test("gives the same seeds in the same order, and none twice")
    func repeats() {
        let (first, second) = (SeedSource(seed: 8), SeedSource(seed: 8))
        let seeds = (0..<1000).map { _ in first.next() }
        #expect(seeds == (0..<1000).map { _ in second.next() })
        #expect(Set(seeds).count == seeds.count)
    }

    @Test("names answers with sixteen digits after the prefix")
    func identifiers() {
        let source = SeedSource(seed: nil)
        for _ in 0..<100 {
            let name = source.identifier("req_")
            #expect(name.count == 20 && name.hasPrefix("req_"))
        }
    }
}
