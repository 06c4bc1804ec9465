import HTTPWire
import SluiceTesting
import Testing

@testable import Gateway

@Suite("The room for bodies")
struct BodyRoomTests {
    @Test("is never given twice, and comes back however a request ends")
    func bounded() {
        let room = BodyRoom(bytes: 100)
        do {
            var first = room.hold()
            var second = room.hold()
            #expect(first.place < second.place)
            let grown = [first.grow(to: 60), second.grow(to: 41), second.grow(to: 40), first.grow(to: 61)]
            #expect(grown == [true, false, true, false])
            #expect(room.free == 0)
            let kept = first.grow(to: 10)
            #expect(kept, "what is held stays held")
            #expect(room.free == 0)
        }
        #expect(room.free == 100)
    }

    @Test("is whole again after any holds, in any order", arguments: 0..<50 as Range<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let room = BodyRoom(bytes: 1_000)
        for _ in 0..<30 {
            var hold = room.hold()
            var held = 0
            for _ in 0..<5 {
                let wish = Int.random(in: 0...400, using: &generator)
                let free = room.free
                let hasGrown = hold.grow(to: wish)
                #expect(hasGrown == (wish <= held || wish - held <= free))
                if hasGrown { held = max(held, wish) }
                #expect(room.free == 1_000 - held)
            }
        }
        #expect(room.free == 1_000)
    }
}

@Suite("Who gives way where there is no room for bodies")
struct BodyReadersTests {
    private func readers(_ bytes: [Int], looks: Int) -> BodyReaders<Int> {
        var readers = BodyReaders<Int>(bytesOfLook: 100)
        for place in bytes.indices { readers.begin(UInt64(place), place) }
        for _ in 0..<looks { readers.look() }
        for (place, count) in bytes.enumerated() { readers.receive(count, at: UInt64(place)) }
        return readers
    }

    @Test("is the newest, while nobody is behind the least rate")
    func newest() {
        var readers = self.readers([600, 601, 9_000], looks: 10)
        readers.end(2)
        #expect([readers.takeOneToGiveWay(), readers.takeOneToGiveWay(), readers.takeOneToGiveWay()] == [1, 0, nil])
    }

    @Test("is who is furthest behind it, before any newer one")
    func slowest() {
        var readers = self.readers([599, 3, 600, 598], looks: 10)
        #expect((0..<4).map { _ in readers.takeOneToGiveWay() } == [1, 3, 0, 2])
    }

    @Test("is nobody for being slow within the first second")
    func grace() {
        var readers = self.readers([0, 50], looks: 4)
        #expect(readers.takeOneToGiveWay() == 1)
    }

    @Test("is never somebody newer than one that trickles", arguments: 0..<50 as Range<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<20).map { _ in Int.random(in: 0...2_000, using: &generator) }
        var readers = self.readers(bytes, looks: 14)
        let order = (0..<20).compactMap { _ in readers.takeOneToGiveWay() }
        let slow = bytes.indices.filter { bytes[$0] < 1_000 }.sorted { (bytes[$0], -$0) < (bytes[$1], -$1) }
        let others = bytes.indices.filter { bytes[$0] >= 1_000 }.sorted(by: >)
        #expect(order == slow + others)
    }
}

@Suite("The count of connections")
struct ConnectionCountTests {
    @Test("has a bound in all and one for each address, and forgets who has left")
    func bounds() throws {
        let count = ConnectionCount(maximum: 2, ofAddress: 1)
        let (one, other) = (try #require(ClientAddress("192.0.2.1")), try #require(ClientAddress("192.0.2.2")))
        try count.enter()
        try count.enter()
        #expect(throws: ConnectionCount.Fault.tooMany) { try count.enter() }
        try count.enter(one)
        #expect(throws: ConnectionCount.Fault.tooManyOfAddress) { try count.enter(one) }
        try count.enter(other)
        count.leave(one)
        try count.enter(one)
        count.leave()
        try count.enter()
        #expect(count.current == 2)
    }

    @Test("counts an IPv6 address as its network of 64 bits, and an IPv4 address as itself")
    func sites() throws {
        func site(_ text: String) throws -> ClientAddress { try #require(ClientAddress(text)).site }
        #expect(try site("2001:db8::1") == site("2001:db8::ffff:1:2:3"))
        #expect(try site("2001:db8::1") != site("2001:db8:0:1::1"))
        #expect(try site("192.0.2.1") != site("192.0.2.2"))
        #expect(try site("::ffff:192.0.2.1") == site("192.0.2.1"))
    }
}

@Suite("A deadline")
struct DeadlineTests {
    private static let second: UInt64 = 1_000_000_000

    @Test("begins with the look after it was set, and is over once")
    func begins() {
        var deadline = Deadline(seconds: 2)
        let looks = [
            deadline.isOver(at: 0), deadline.isOver(at: 2 * Self.second - 1), deadline.isOver(at: 2 * Self.second),
        ]
        #expect(looks == [false, false, true])
        deadline.set(seconds: 1)
        let again = [deadline.isOver(at: 5 * Self.second), deadline.isOver(at: 6 * Self.second)]
        #expect(again == [false, true])
        deadline.clear()
        let cleared = deadline.isOver(at: .max - 1)
        #expect(!cleared)
    }

    @Test("gives each started 256 KiB its time", arguments: [(0, 10), (1, 10), (256 << 10, 20), ((1 << 20) - 1, 40)])
    func bytes(bytes: Int, seconds: UInt64) {
        var deadline = Deadline()
        deadline.set(seconds: 10, forBytes: bytes)
        let looks = [
            deadline.isOver(at: 0), deadline.isOver(at: seconds * Self.second - 1),
            deadline.isOver(at: seconds * Self.second),
        ]
        #expect(looks == [false, false, true])
    }
}
