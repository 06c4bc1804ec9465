import HTTPWire
import NIOCore
import SluiceTesting
import Testing

@Suite("A meter of frames")
struct FrameMeterTests {
    private static func frame(_ type: UInt8, flags: UInt8 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        [
            UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 0xFF), UInt8(payload.count & 0xFF), type, flags, 0,
            0, 0, 1,
        ]
            + payload
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    private static let windowUpdate = frame(8, [0, 0, 0, 1])
    private static let second: UInt64 = 1_000_000_000

    private func begun() -> FrameMeter {
        var meter = FrameMeter()
        _ = meter.received(ByteBuffer(bytes: Self.preface), at: 0)
        return meter
    }

    /// How many of these frames are taken at one moment.
    private func taken(_ frame: [UInt8], by meter: inout FrameMeter, at moment: UInt64 = 0) -> Int {
        var count = 0
        while count < 10_000, meter.received(ByteBuffer(bytes: frame), at: moment) { count += 1 }
        return count
    }

    @Test(
        "cuts a connection that sends many frames which carry nothing",
        arguments: [windowUpdate, frame(0xFA), frame(0, [1]), frame(0), frame(0, Array(repeating: 1, count: 255))])
    func cuts(frame: [UInt8]) {
        var meter = self.begun()
        let taken = self.taken(frame, by: &meter)
        #expect(taken == 2_000)
    }

    @Test(
        "counts none that carries something",
        arguments: [frame(0, Array(repeating: 1, count: 256)), frame(0, flags: 1, [1]), frame(1, flags: 4), frame(6)])
    func carries(frame: [UInt8]) {
        var meter = self.begun()
        let taken = self.taken(frame, by: &meter)
        #expect(taken == 10_000)
    }

    @Test("gives more with time, and with each frame of an answer, up to where it began")
    func earns() {
        var meter = self.begun()
        var taken = self.taken(Self.windowUpdate, by: &meter)
        #expect(taken == 2_000)
        taken = self.taken(Self.windowUpdate, by: &meter, at: 3 * Self.second)
        #expect(taken == 299)
        for _ in 0..<10 { _ = meter.sent(ByteBuffer(bytes: Self.frame(0, [1, 2, 3]))) }
        taken = self.taken(Self.windowUpdate, by: &meter, at: 3 * Self.second)
        #expect(taken == 39)
        taken = self.taken(Self.windowUpdate, by: &meter, at: 900 * Self.second)
        #expect(taken == 2_000)
    }

    @Test("lets an honest client answer each frame with two window updates for as long as it likes")
    func honest() {
        var meter = self.begun()
        for _ in 0..<20_000 {
            _ = meter.sent(ByteBuffer(bytes: Self.frame(0, [1])))
            let mayGoOn = meter.received(ByteBuffer(bytes: Self.windowUpdate + Self.windowUpdate), at: 0)
            #expect(mayGoOn)
        }
    }

    @Test("tells a connection that was given up from one that ends well")
    func goAway() {
        var meter = self.begun()
        var saysSo = meter.sent(ByteBuffer(bytes: Self.frame(7, [0, 0, 0, 0, 0, 0, 0, 0])))
        #expect(!saysSo)
        saysSo = meter.sent(ByteBuffer(bytes: Self.frame(0, [0, 0, 0, 0, 0, 0, 0, 11])))
        #expect(!saysSo)
        saysSo = meter.sent(ByteBuffer(bytes: Self.frame(7, [0, 0, 0, 0, 0, 0, 0, 11] + Array("enough".utf8))))
        #expect(saysSo)
    }

    @Test("sees the same however the bytes are split", arguments: 0..<100 as Range<UInt64>)
    func splits(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Self.preface
        for _ in 0..<20 {
            let type = UInt8.random(in: 0...10, using: &generator)
            let length = Int.random(in: 0...40, using: &generator)
            bytes += Self.frame(
                type, flags: UInt8.random(in: 0...5, using: &generator), Array(repeating: 7, count: length))
        }
        if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 1...8, using: &generator)) }
        var (whole, split) = (FrameMeter(), FrameMeter())
        _ = whole.received(ByteBuffer(bytes: bytes), at: 0)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...12, using: &generator))
            _ = split.received(ByteBuffer(bytes: piece), at: 0)
            rest = rest.dropFirst(piece.count)
        }
        #expect(whole.framesRead == split.framesRead)
        #expect(whole.isInsideFrame == split.isInsideFrame)
        let taken = (self.taken(Self.windowUpdate, by: &whole), self.taken(Self.windowUpdate, by: &split))
        #expect(taken.0 == taken.1)
    }

    @Test("knows that bytes are owed inside the preface, a frame, and a head whose last frame did not come")
    func inside() {
        var meter = FrameMeter()
        #expect(meter.isInsideFrame)
        _ = meter.received(ByteBuffer(bytes: Self.preface), at: 0)
        #expect(!meter.isInsideFrame)
        _ = meter.received(ByteBuffer(bytes: Self.frame(1, [1, 2])), at: 0)
        #expect(meter.isInsideFrame)
        _ = meter.received(ByteBuffer(bytes: Self.frame(9, flags: 4, [1, 2])), at: 0)
        #expect(!meter.isInsideFrame)
        _ = meter.received(ByteBuffer(bytes: Self.frame(0, [1, 2]).dropLast()), at: 0)
        #expect(meter.isInsideFrame)
    }

    @Test("knows the preface, and what may become it")
    func prefaces() {
        #expect(FrameMeter.isPreface(ByteBuffer(bytes: Self.preface)) == true)
        #expect(FrameMeter.isPreface(ByteBuffer(bytes: Self.preface + [0])) == true)
        #expect(FrameMeter.isPreface(ByteBuffer(string: "P")) == false)
        #expect(FrameMeter.isPreface(ByteBuffer(string: "POST")) == nil)
        #expect(FrameMeter.isPreface(ByteBuffer(string: "PRI * HTTP/1.1\r\n\r\n")) == nil)
    }
}
