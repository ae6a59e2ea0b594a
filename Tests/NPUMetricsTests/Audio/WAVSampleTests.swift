internal import NPUMetrics
internal import Testing

@Suite("WAV samples")
struct WAVSampleTests {
  static func decode(_ builder: WAVBuilder) throws -> [Double] {
    let bytes = builder.bytes
    let file = try WAVFile(bytes)
    let doubles = try file.doubleSamples(of: bytes)
    #expect(try file.samples(of: bytes) == doubles.map { Float($0) })
    return doubles
  }

  @Test("Whole numbers are scaled by the power of two of their width")
  func pcm() throws {
    #expect(
      try Self.decode(WAVBuilder().format(bits: 8).chunk("data", [0, 64, 128, 255])) == [-1, -0.5, 0, 127.0 / 128])
    #expect(
      try Self.decode(WAVBuilder().format().chunk("data", [0, 0x80, 0, 0xC0, 1, 0, 0xFF, 0x7F]))
        == [-1, -0.5, 1.0 / 32_768, 32_767.0 / 32_768])
    #expect(
      try Self.decode(WAVBuilder().format(bits: 24).chunk("data", [0, 0, 0x80, 1, 0, 0, 0xFF, 0xFF, 0x7F]))
        == [-1, 0x1p-23, 8_388_607.0 / 8_388_608])
    #expect(
      try Self.decode(WAVBuilder().format(bits: 32).chunk("data", [0, 0, 0, 0x80, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F]))
        == [-1, 0x1p-31, 2_147_483_647.0 / 2_147_483_648])
    #expect(
      try Self.decode(WAVBuilder().format(bits: 12).chunk("data", [0, 0x40])) == [0.5],
      "bits that do not fill their bytes count from the top")
    #expect(
      try Self.decode(WAVBuilder().format(bits: 24, blockAlign: 4).chunk("data", [0, 0, 0, 0x40, 0, 0, 0, 0xC0]))
        == [0.5, -0.5], "24 bits in 4 bytes")
  }

  @Test("Floats keep their values")
  func floats() throws {
    let singles: [Float] = [0, -1, 0.1, 3.5, .infinity]
    let single = WAVBuilder().format(tag: 3, bits: 32)
      .chunk("data", singles.flatMap { WAVBuilder.little($0.bitPattern) })
    #expect(try Self.decode(single) == singles.map { Double($0) })
    let doubles = [0.1, -1e-300, 1e300]
    let double = WAVBuilder().extensible(subFormat: 3, channels: 1, bits: 64, validBits: 64)
      .chunk("data", doubles.flatMap { WAVBuilder.little($0.bitPattern) })
    #expect(try Self.decode(double) == doubles)
  }

  @Test("A-law and µ-law expand as the reference does, all 256 codes")
  func g711() throws {
    let golden = try GoldenAudio.load()
    let codes = (0...255).map { UInt8($0) }
    let aLaw = try Self.decode(WAVBuilder().format(tag: 6, bits: 8).chunk("data", codes))
    #expect(aLaw == golden.aLaw.map { Double($0) / 32_768 })
    let muLaw = try Self.decode(WAVBuilder().format(tag: 7, bits: 8).chunk("data", codes))
    #expect(muLaw == golden.muLaw.map { Double($0) / 32_768 })
  }

  @Test("Parts of a file equal the parts of the whole")
  func parts() throws {
    let bytes = WAVBuilder().format(channels: 2).chunk("data", WAVBuilder.pcm(100)).bytes
    let file = try WAVFile(bytes)
    let whole = try file.samples(of: bytes)
    #expect(try file.samples(of: bytes, frames: 10..<25) == Array(whole[20..<50]))
    #expect(try file.samples(of: bytes, frames: 50..<50).isEmpty)
    for frames in [0..<51, -1..<3, 60..<61] {
      let error = #expect(throws: AudioError.self) { try file.samples(of: bytes, frames: frames) }
      #expect(error?.kind == .invalidOption)
    }
    #expect(throws: AudioError.self) { try file.samples(of: Array(bytes.dropLast())) }
  }

  @Test("Every 16-bit sample survives decoding and encoding", arguments: [1, 2, 4])
  func roundTrip(channels: Int) throws {
    let all = (Int(Int16.min)...Int(Int16.max)).flatMap { WAVBuilder.little(Int16($0)) }
    let bytes = WAVBuilder().format(channels: UInt16(channels)).chunk("data", all).bytes
    let clip = try AudioClip(wav: bytes)
    let written = try clip.wav()
    let file = try WAVFile(written)
    #expect(Array(written[file.dataRange]) == all)
    #expect(file.notices.isEmpty)
    #expect(file.format.isExtensible == (channels > 2))
    #expect(file.format.channels == channels)
    if channels <= 2 { #expect(written == bytes) }
    #expect(try AudioClip(wav: written) == clip)
  }

  @Test("Every float survives writing as float", arguments: [1, 3])
  func floatRoundTrip(channels: Int) throws {
    var generator = SeededGenerator(seed: 3)
    let samples = (0..<300).map { _ in Float(generator.normal()) }
    let clip = try AudioClip(samples: samples, channels: channels, sampleRate: 44_100)
    let written = try clip.wav(.float32)
    let file = try WAVFile(written)
    #expect(file.notices.isEmpty)
    #expect(file.format.encoding == .float)
    #expect(file.format.sampleRate == 44_100)
    #expect(try AudioClip(wav: written) == clip)
  }

  @Test("Samples beyond full scale are limited, not wrapped, and NaN is silence")
  func limited() throws {
    let clip = try AudioClip(
      samples: [1, -1, 2, -2, .infinity, -.infinity, .nan, 0.5 / 32_768, 1.5 / 32_768], sampleRate: 8000)
    let decoded = try AudioClip(wav: try clip.wav()).samples.map { Int($0 * 32_768) }
    #expect(decoded == [32_767, -32_768, 32_767, -32_768, 32_767, -32_768, 0, 0, 2])
  }

  @Test("An empty clip is written and read")
  func empty() throws {
    let clip = try AudioClip(samples: [], sampleRate: 16_000)
    #expect(try clip.wav().count == 44)
    #expect(try AudioClip(wav: clip.wav()) == clip)
    #expect(try AudioClip(wav: clip.wav(.float32)) == clip)
  }

  @Test("What the header cannot hold is refused")
  func tooLarge() throws {
    let wide = try AudioClip(samples: Array(repeating: 0, count: 40_000), channels: 40_000, sampleRate: 8000)
    #expect(throws: AudioError.self) { try wide.wav() }
    let fast = try AudioClip(samples: [0], sampleRate: 4_294_967_295)
    let error = #expect(throws: AudioError.self) { try fast.wav() }
    #expect(error?.kind == .tooLarge)
    for (count, channels, rate) in [(3, 2, 8000), (1, 0, 8000), (1, 1, 0), (1, 70_000, 8000)] {
      let error = #expect(throws: AudioError.self) {
        try AudioClip(samples: Array(repeating: 0, count: count), channels: channels, sampleRate: rate)
      }
      #expect(error?.kind == .invalidClip)
    }
  }
}
