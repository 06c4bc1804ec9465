/// SplitMix64: the same seed gives the same run, on every machine.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// The bytes with up to four random changes: flips, insertions, deletions, repetitions, and pieces of `other`.
    mutating func mutate(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
        let interesting = Array("\r\n \t:,;0159aAfF\0\u{7F}_%#\\./?*@[]\"-+x".utf8) + [0x80, 0xFF, 0xA0, 0x0B]
        var result = bytes
        for _ in 0..<(1 + self.below(4)) {
            let place = self.below(result.count + 1)
            let length = min(self.below(12), result.count - place)
            switch self.below(6) {
            case 0 where place < result.count: result[place] ^= 1 << UInt8(self.below(8))
            case 1 where place < result.count: result[place] = interesting[self.below(interesting.count)]
            case 2: result.insert(interesting[self.below(interesting.count)], at: place)
            case 3: result.removeSubrange(place..<place + length)
            case 4: result.insert(contentsOf: result[place..<place + length], at: place)
            default:
                let start = self.below(other.count + 1)
                result.insert(contentsOf: other[start...].prefix(self.below(40)), at: place)
            }
        }
        return result
    }

    /// The bytes in pieces of random length.
    mutating func pieces(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 1 + self.below(self.below(4) == 0 ? 64 : 6))
            pieces.append(bytes[start..<end])
            start = end
        }
        return pieces
    }
}
