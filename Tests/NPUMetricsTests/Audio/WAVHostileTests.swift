internal import NPUMetrics
internal import Testing

@Suite("Hostile WAV files")
struct WAVHostileTests {
  static let files: [[UInt8]] = [
    WAVBuilder().chunk("LIST", [1, 2, 3]).format(channels: 2).chunk("fact", [9, 0, 0, 0])
      .chunk("data", WAVBuilder.pcm(40)).chunk("id3 ", [1, 2, 3, 4, 5]).bytes,
    WAVBuilder(containerSize: 0).extensible(subFormat: 3, channels: 2, bits: 32, validBits: 32)
      .chunk("data", WAVBuilder.pcm(64), size: 0).bytes,
    WAVBuilder(container: "RF64", containerSize: .max).chunk("ds64", Array(repeating: 1, count: 28))
      .format(tag: 6, bits: 8).chunk("data", WAVBuilder.pcm(33), size: .max).bytes,
    WAVBuilder().format(bits: 24).chunk("data", WAVBuilder.pcm(30)).bytes
      + WAVBuilder().chunk("data", WAVBuilder.pcm(9)).format(bits: 8).bytes,
  ]

  /// Reads everything there is to read; what comes back must lie within the bytes.
  static func read(_ bytes: [UInt8]) throws(AudioError) {
    for file in try WAVFile.files(in: bytes) {
      #expect(file.dataRange.lowerBound >= 12 && file.dataRange.upperBound <= bytes.count)
      #expect(file.frameCount * file.format.bytesPerFrame == file.dataRange.count)
      #expect(file.seconds >= 0 && file.seconds.isFinite)
      #expect(file.notices.count < 40)
      let samples = try file.samples(of: bytes)
      #expect(samples.count == file.frameCount * file.format.channels)
      #expect(try file.doubleSamples(of: bytes).count == samples.count)
    }
  }

  @Test("A file cut at any byte is read or refused", arguments: files.indices)
  func truncated(index: Int) throws {
    let whole = Self.files[index]
    let length = try WAVFile(whole).seconds
    var read = 0
    for count in 0..<whole.count {
      let part = Array(whole.prefix(count))
      do throws(AudioError) {
        try Self.read(part)
        read += 1
        // A stated size that was cut off with its bytes cannot make a clip longer.
        #expect(try WAVFile(part).seconds <= length)
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
    #expect(read > 0 && read < whole.count)
  }

  @Test("Changed bytes never trap", arguments: files.indices)
  func mutated(index: Int) {
    var generator = SeededGenerator(seed: UInt64(index))
    var refused = 0
    for _ in 0..<4000 {
      var bytes = Self.files[index]
      for _ in 0..<generator.integer(in: 1...6) {
        let place = generator.integer(in: 0...bytes.count - 1)
        switch generator.integer(in: 0...3) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        case 1: bytes[place] = [0, 0x7F, 0x80, 0xFF][generator.integer(in: 0...3)]
        case 2: bytes.remove(at: place)
        default: bytes.insert(contentsOf: bytes.prefix(generator.integer(in: 0...30)), at: place)
        }
        if bytes.isEmpty { break }
      }
      do throws(AudioError) { try Self.read(bytes) } catch { refused += 1 }
    }
    #expect(refused > 0 && refused < 4000)
  }

  @Test("Noise after a header never traps")
  func noise() {
    var generator = SeededGenerator(seed: 7)
    let ids = ["fmt ", "data", "LIST", "RIFF", "ds64", "fact", "WAVE"].map { Array($0.utf8) }
    for _ in 0..<2000 {
      var bytes = Array("RIFF\0\0\0\0WAVE".utf8)
      for _ in 0..<generator.integer(in: 0...30) {
        bytes += ids[generator.integer(in: 0...ids.count - 1)]
        bytes += (0..<generator.integer(in: 0...12)).map { _ in
          generator.integer(in: 0...2) == 0 ? UInt8(truncatingIfNeeded: generator.next()) : 0
        }
      }
      do throws(AudioError) { try Self.read(bytes) } catch { #expect(!error.shortDescription.isEmpty) }
    }
  }

  @Test("Time grows in line with files made to be slow")
  func slow() throws {
    // Empty data chunks without end, each of which could begin a chain; and nested headers.
    let empty = WAVBuilder().format().bytes + (0..<50_000).flatMap { _ in Array("data\0\0\0\0".utf8) }
    #expect(try WAVFile(empty).frameCount == 0)
    let nested = (0..<2000).flatMap { _ in WAVBuilder().format().chunk("data", []).bytes }
    #expect(try WAVFile.files(in: nested).count == 2000)
    let names = WAVBuilder().format().bytes + (0..<200_000).map { _ in UInt8(ascii: "R") }
    #expect(throws: AudioError.self) { try WAVFile(names) }
  }
}
