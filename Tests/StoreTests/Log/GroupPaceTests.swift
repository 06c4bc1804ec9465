import Testing

@testable import Store

@Suite("The pace of groups")
struct GroupPaceTests {
    @Test("never waits where one comes at a time")
    func alone() {
        var pace = GroupPace()
        for _ in 0..<1_000 {
            #expect(pace.goal == 1)
            pace.note(1)
        }
    }

    @Test("finds out how many come at a time, and then waits for no more than come")
    func grows() {
        var (pace, waits) = (GroupPace(), 0)
        for round in 0..<1_000 {
            // Two come by themselves; whoever waits for more gets as many as there are, which is 32.
            let count = max(2, min(pace.goal, 32))
            if round > 100, count < pace.goal { waits += 1 }
            pace.note(count)
        }
        #expect(waits < 260, "it waits in vain only where it probes, which is one group of four")
        #expect((30...48).contains(pace.goal))
    }

    @Test("comes down at once when fewer come")
    func shrinks() {
        var pace = GroupPace()
        for count in [2, 8, 32, 32] { pace.note(count) }
        pace.note(3)
        #expect(pace.goal == 3)
        pace.note(1)
        #expect(pace.goal == 1)
    }
}
