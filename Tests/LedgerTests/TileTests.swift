import Ledger
import Testing

@Suite("The tiles of a log")
struct TileTests {
    @Test("are those of the independent implementation for 70,000 entries")
    func seventyThousand() throws {
        var built: [String: Tile] = [:]
        var builder = TileBuilder()
        for index in 0..<70_000 {
            let entry = VectorLog.entry(index)
            for tile in unsafe builder.append(entry.span.bytes, leafHash: MerkleTree.leafHash(entry)) {
                built[tile.path.description] = tile
            }
        }
        for tile in builder.partialTiles {
            built[tile.path.description] = tile
        }
        var checked = 0
        for line in try VectorLog.lines("tiles-70000.txt") {
            let tile = try #require(built[line[0]], "\(line[0])")
            #expect(String(tile.path.width) == line[1])
            #expect(Digest256.sha256(of: tile.bytes).hex == line[2], "\(line[0])")
            checked += 1
        }
        let names = Set(TilePath.all(size: 70_000).map(\.description))
        #expect(names == Set(built.keys))
        #expect(checked == names.filter { !$0.contains("entries") }.count)
        print("tiles checked: \(checked)")
    }

    @Test("are the published files for 300 entries, byte by byte")
    func site() throws {
        var builder = TileBuilder()
        var tiles: [Tile] = []
        for index in 0..<300 {
            let entry = VectorLog.entry(index)
            unsafe tiles += builder.append(entry.span.bytes, leafHash: MerkleTree.leafHash(entry))
        }
        tiles += builder.partialTiles
        for tile in tiles {
            #expect(try VectorLog.data("site-300/\(tile.path)") == tile.bytes, "\(tile.path)")
        }
        #expect(Set(tiles.map(\.path)) == Set(TilePath.all(size: 300)))
        #expect(tiles.count == 5)
        let checkpoint = try Checkpoint(try SignedNote(try VectorLog.data("site-300/checkpoint")).text)
        #expect(checkpoint.root == builder.root)
    }

    @Test("let a builder go on from any size")
    func resumes() throws {
        var whole = TileBuilder()
        for index in 0..<66_000 {
            let entry = VectorLog.entry(index)
            _ = unsafe whole.append(entry.span.bytes, leafHash: MerkleTree.leafHash(entry))
            guard [1, 255, 256, 257, 4_096, 65_535, 65_536, 65_537, 65_999].contains(index + 1) else { continue }
            var rows: [[Digest256]] = []
            var bundle: [UInt8] = []
            for tile in whole.partialTiles {
                guard case .hashes(let level) = tile.path.kind else {
                    bundle = tile.bytes
                    continue
                }
                rows += Array(repeating: [], count: level - rows.count)
                rows.append(
                    stride(from: 0, to: tile.bytes.count, by: 32).map {
                        unsafe Digest256(tile.bytes.span.bytes, at: $0)
                    })
            }
            let resumed = try #require(TileBuilder(size: whole.size, rows: rows, bundle: bundle))
            #expect(resumed.root == whole.root)
            #expect(resumed.partialTiles == whole.partialTiles)
            #expect(TileBuilder(size: whole.size + 1, rows: rows, bundle: bundle) == nil)
        }
    }
}

@Suite("The path of a tile")
struct TilePathTests {
    @Test(
        "survives its text",
        arguments: [
            "tile/0/000", "tile/0/001.p/44", "tile/7/999", "tile/entries/x001/234", "tile/0/x001/x234/067",
            "tile/entries/x001/x234/067.p/255", "tile/3/000.p/1", "tile/0/x036/x028/x797/x018/x963/967",
        ])
    func good(text: String) throws {
        #expect(try #require(TilePath(text)).description == text)
    }

    @Test(
        "has one spelling",
        arguments: [
            "", "tile", "tile/0", "tile/0/", "/tile/0/000", "tile/0/000/", "tile/00/000", "tile/8/000", "tile/-1/000",
            "tile/0/0", "tile/0/0000", "tile/0/x000/001", "tile/0/001/002", "tile/0/x001", "tile/0/000.p",
            "tile/0/000.p/",
            "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/-1", "tile/0/000.p/1/",
            "tile/0/../000",
            "tile/../000", "tile/entries/../../checkpoint", "tile/data/000", "tile/0/00a", "tile/0/x00a/000",
            "tile/0/٠٠٠",
            "tile/0/000%00", "tile/0/000.p/1.p/1", "tile/0/X001/000", "tile/0/x999/x999/x999/x999/x999/x999/999",
            "tile/0/x036/x028/x797/x018/x963/968", "checkpoint",
        ])
    func bad(text: String) {
        #expect(TilePath(text) == nil)
    }

    @Test("is read back from random indices", arguments: 0..<4 as Range<UInt64>)
    func random(seed: UInt64) {
        var dice = Dice(state: seed)
        for _ in 0..<2_000 {
            let index = UInt64.random(in: 0..<(1 << 55), using: &dice) >> UInt64.random(in: 0..<55, using: &dice)
            let kind: TilePath.Kind =
                Bool.random(using: &dice) ? .entries : .hashes(level: .random(in: 0...7, using: &dice))
            let path = TilePath(kind, index: index, width: .random(in: 1...256, using: &dice))
            #expect(TilePath(path.description) == path, "seed \(seed)")
        }
    }
}

@Suite("An entry bundle")
struct EntryBundleTests {
    @Test("survives its bytes, empty and longest entries included")
    func roundTrip() throws {
        let entries = [[], [1], [UInt8](repeating: 7, count: 65_535), Array("x".utf8)]
        #expect(try EntryBundle.decode(EntryBundle.encode(entries), width: 4) == entries)
        #expect(try EntryBundle.decode([], width: 0) == [])
    }

    @Test("is refused when it ends early or has another number of entries")
    func bad() throws {
        let bytes = EntryBundle.encode([[1, 2], [3]])
        #expect(throws: BundleFault.wrongCount(expected: 3, actual: 2)) { try EntryBundle.decode(bytes, width: 3) }
        #expect(throws: BundleFault.wrongCount(expected: 1, actual: 2)) { try EntryBundle.decode(bytes, width: 1) }
        #expect(throws: BundleFault.truncated(at: 1)) { try EntryBundle.decode(bytes.dropLast(), width: 2) }
        #expect(throws: BundleFault.truncated(at: 1)) { try EntryBundle.decode(Array(bytes[..<5]), width: 2) }
    }
}
