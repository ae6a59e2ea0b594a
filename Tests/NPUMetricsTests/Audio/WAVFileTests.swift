internal import NPUMetrics
internal import Testing

@Suite("WAV structure")
struct WAVFileTests {
  private static let pcm = WAVBuilder.pcm(1600)

  @Test("A canonical file of 16-bit PCM has nothing to report")
  func canonical() throws {
    let bytes = WAVBuilder().format().chunk("data", Self.pcm).bytes
    let file = try WAVFile(bytes)
    #expect(file.seconds == 0.1)
    #expect(file.duration == .milliseconds(100))
    #expect(file.frameCount == 1600)
    #expect(file.dataRange == 44..<3244)
    #expect(file.dataSize == .declared)
    #expect(file.container == .riff)
    #expect(file.notices.isEmpty)
    #expect(file.nextFile == nil)
    #expect(file.format.encoding == .pcm)
    #expect(file.format.bytesPerFrame == 2)
  }

  @Test(
    "Chunks around the data do not change the duration",
    arguments: [
      WAVBuilder().chunk("LIST", Array("INFOISFT\u{6}\0\0\0Lavf59".utf8)).format().chunk("data", pcm),
      WAVBuilder().format().chunk("LIST", [1, 2, 3]).chunk("data", pcm),
      WAVBuilder().chunk("JUNK", Array(repeating: 0, count: 28)).chunk("bext", Array(repeating: 0, count: 603))
        .format().chunk("data", pcm).chunk("LIST", [7]),
      WAVBuilder().format(extra: [0, 0]).chunk("fact", WAVBuilder.little(UInt32(1600))).chunk("data", pcm),
      WAVBuilder().extensible(subFormat: 1, channels: 1, bits: 16, validBits: 16).chunk("data", pcm)
        .chunk("id3 ", [1, 2, 3, 4]),
      WAVBuilder().format(blockAlign: 0, byteRate: 0).chunk("data", pcm),
      WAVBuilder().chunk("data", pcm).format(),
    ])
  func layouts(builder: WAVBuilder) throws {
    let bytes = builder.bytes
    let file = try WAVFile(bytes)
    #expect(file.seconds == 0.1)
    #expect(file.dataSize == .declared)
    #expect(Array(bytes[file.dataRange]) == Self.pcm)
  }

  @Test("A zero block align and data before its format are put right and reported")
  func repaired() throws {
    let aligned = try WAVFile(WAVBuilder().format(blockAlign: 0, byteRate: 0).chunk("data", Self.pcm).bytes)
    #expect(
      aligned.notices == [.blockAlign(declared: 0, computed: 2), .byteRate(declared: 0, computed: 32_000)])
    let early = try WAVFile(WAVBuilder().chunk("data", Self.pcm).format().bytes)
    #expect(early.notices == [.dataBeforeFormat])
  }

  @Test(
    "A size that a streaming writer could not know gives way to the bytes that are there",
    arguments: [0, 0xFFFF_FFFF, 0x7FFF_FFFF, 2_000_000_000, 0xFFFF_FFDB, 0x7FFF_F000] as [UInt32])
  func placeholders(size: UInt32) throws {
    let bytes = WAVBuilder(containerSize: size).format(rate: 24_000).chunk("data", Self.pcm, size: size).bytes
    let file = try WAVFile(bytes)
    #expect(file.seconds == 1600.0 / 24_000)
    #expect(file.dataSize == .placeholder)
    #expect(file.notices.contains(.dataSizePlaceholder(declared: UInt64(size), actual: 3200)))
    #expect(file.notices.contains(.containerSize(declared: UInt64(size), actual: bytes.count - 8)))
  }

  @Test("A file cut within a frame keeps its whole frames and says so")
  func cut() throws {
    let whole = WAVBuilder().format().chunk("data", Self.pcm).bytes
    let file = try WAVFile(Array(whole.prefix(2243)))
    #expect(file.seconds == 0.0686875)
    #expect(file.dataSize == .truncated)
    #expect(file.notices.contains(.dataCutShort(declared: 3200, actual: 2199)))
    #expect(file.notices.contains(.partialFrame(bytes: 1)))
  }

  @Test("An empty data chunk is a clip of no length, also before other chunks")
  func empty() throws {
    let plain = try WAVFile(WAVBuilder().format().chunk("data", []).bytes)
    #expect(plain.seconds == 0)
    #expect(plain.notices.isEmpty)
    let tagged = try WAVFile(WAVBuilder().format().chunk("data", []).chunk("LIST", [1, 2, 3]).bytes)
    #expect(tagged.seconds == 0)
    #expect(tagged.dataSize == .declared)
  }

  @Test("A size of 0 before samples that are silent is a placeholder, not an empty clip")
  func silentPlaceholder() throws {
    let silence = [UInt8](repeating: 0, count: 3200)
    let file = try WAVFile(WAVBuilder(containerSize: 0).format().chunk("data", silence, size: 0).bytes)
    #expect(file.seconds == 0.1)
    #expect(file.dataSize == .placeholder)
  }

  @Test("Missing padding after an odd chunk is noticed", arguments: ["LIST", "data"])
  func padding(id: String) throws {
    let odd = Array(Self.pcm.prefix(1601))
    let builder =
      id == "LIST"
      ? WAVBuilder().format().chunk("LIST", [1, 2, 3], padded: false).chunk("data", Self.pcm)
      : WAVBuilder().chunk("data", odd, padded: false).format()
    let file = try WAVFile(builder.bytes)
    #expect(file.notices.contains(.missingPadding(chunk: id)))
    #expect(file.frameCount == (id == "LIST" ? 1600 : 800))
  }

  @Test("Odd data of 24 bits is padded without counting the padding")
  func oddData() throws {
    let file = try WAVFile(
      WAVBuilder().format(bits: 24).chunk("data", Array(repeating: 9, count: 483)).chunk("LIST", [1]).bytes)
    #expect(file.frameCount == 161)
    #expect(file.notices.isEmpty)
  }

  @Test("Sizes of 64 bits come from their own chunk", arguments: ["RF64", "BW64"])
  func wide(container: String) throws {
    let little64 = { (value: UInt64) in WAVBuilder.little(value) }
    func build(dataSize: UInt64) -> [UInt8] {
      WAVBuilder(container: container, containerSize: .max)
        .chunk("ds64", little64(36 + 24 + 8 + 3200 + 12) + little64(dataSize) + little64(1600) + [0, 0, 0, 0])
        .format().chunk("data", Self.pcm, size: .max).chunk("LIST", [1, 2]).bytes
    }
    let file = try WAVFile(build(dataSize: 3200))
    #expect(file.container.rawValue == container)
    #expect(file.seconds == 0.1)
    #expect(file.dataSize == .declared)
    let lying = try WAVFile(build(dataSize: .max))
    #expect(lying.dataSize == .placeholder)
    #expect(lying.frameCount == 1605)
    let zero = try WAVFile(build(dataSize: 0))
    #expect(zero.dataSize == .placeholder)
  }

  @Test("Concatenated files end where the next begins, with true sizes and with placeholders")
  func concatenated() throws {
    let first = WAVBuilder().format().chunk("data", Self.pcm).bytes
    let open = WAVBuilder(containerSize: .max).format().chunk("data", Array(Self.pcm.prefix(800)), size: .max).bytes
    let zero = WAVBuilder(containerSize: 0).format().chunk("data", Array(Self.pcm.prefix(400)), size: 0).bytes
    let all = first + open + zero + first
    let file = try WAVFile(all)
    #expect(file.seconds == 0.1)
    #expect(file.nextFile == first.count)
    #expect(file.notices == [.anotherFile(offset: first.count)])
    let files = try WAVFile.files(in: all)
    #expect(files.map(\.frameCount) == [1600, 400, 200, 1600])
    #expect(files.map(\.dataSize) == [.declared, .placeholder, .placeholder, .declared])
    #expect(Array(all[files[2].dataRange]) == Array(Self.pcm.prefix(400)))
    #expect(try files[3].samples(of: all) == files[0].samples(of: all))
    let error = #expect(throws: AudioError.self) { try WAVFile.files(in: all, limit: 3) }
    #expect(error?.kind == .tooLarge)
  }

  @Test("Data beyond the first chunk, rubbish at the end and a wrong fact are reported")
  func leftovers() throws {
    let bytes =
      WAVBuilder().format().chunk("fact", WAVBuilder.little(UInt32(99))).chunk("data", Self.pcm)
      .chunk("data", [1, 2, 3, 4]).bytes + [0, 1, 2]
    let file = try WAVFile(bytes)
    #expect(file.frameCount == 1600)
    #expect(file.notices.contains(.furtherData(bytes: 4)))
    #expect(file.notices.contains(.trailingBytes(3)))
    #expect(file.notices.contains(.factFrames(declared: 99, actual: 1600)))
    let beyond = try WAVFile(WAVBuilder().format().chunk("data", Self.pcm).chunk("LIST", [1], size: 900).bytes)
    #expect(beyond.notices.contains(.chunkBeyondEnd(chunk: "LIST", declared: 900, available: 2)))
    for notice in file.notices + beyond.notices { #expect(!notice.description.isEmpty) }
  }

  @Test(
    "A file without duration is refused by its cause",
    arguments: [
      ([], AudioError.Kind.truncatedHeader), (Array("RIFF\0\0".utf8), .truncatedHeader),
      (WAVBuilder().bytes, .noData), (WAVBuilder().format().bytes, .noData),
      (WAVBuilder().chunk("data", [1, 2]).bytes, .noFormat),
      (WAVBuilder().format(rate: 0).chunk("data", [1, 2]).bytes, .badFormat),
      (WAVBuilder().format(channels: 0).chunk("data", [1, 2]).bytes, .badFormat),
      (WAVBuilder().format(bits: 0).chunk("data", [1, 2]).bytes, .badFormat),
      (WAVBuilder().chunk("fmt ", [1, 0, 1, 0]).chunk("data", [1, 2]).bytes, .badFormat),
      (WAVBuilder().format(tag: 0xFFFE).chunk("data", [1, 2]).bytes, .badFormat),
      (WAVBuilder().format(tag: 0x55, bits: 16).chunk("data", [1, 2]).bytes, .unsupportedEncoding),
      (WAVBuilder().format(bits: 64).chunk("data", [1, 2]).bytes, .unsupportedEncoding),
      (WAVBuilder().format(tag: 3, bits: 16).chunk("data", [1, 2]).bytes, .unsupportedEncoding),
    ])
  func refused(bytes: [UInt8], kind: AudioError.Kind) {
    let error = #expect(throws: AudioError.self) { try WAVFile(bytes) }
    #expect(error?.kind == kind)
    #expect(error?.description.contains(kind.rawValue) == true)
  }

  @Test(
    "What is not WAV is named by its first bytes",
    arguments: [
      ("ID3\u{4}\0\0\0\0\0\0\0\0\0", FileSignature.mp3), ("fLaC\0\0\0\u{22}", .flac), ("OggS\0\u{2}", .ogg),
      ("FORM\0\0\0\0AIFF", .aiff), ("\0\0\0\u{20}ftypM4A ", .mp4), ("RIFX\0\0\0\0WAVE", .bigEndianRIFF),
      ("RIFF\0\0\0\0AVI LIST", .otherRIFF), ("  {\"error\": 1}", .json), ("<!DOCTYPE html>", .markup),
      ("data: {}", .eventStream), ("caff\0\u{1}", .caf), (".snd\0", .au), ("#!AMR\n", .amr),
    ])
  func signatures(text: String, signature: FileSignature) {
    let error = #expect(throws: AudioError.self) { try WAVFile(Array(text.utf8)) }
    #expect(error?.kind == .notRIFF)
    #expect(error?.signature == signature)
    #expect(error?.message.contains(signature.rawValue) == true)
  }

  @Test("Bytes of no character are told apart too")
  func binarySignatures() {
    #expect(FileSignature(of: [0xFF, 0xFB, 0x90, 0x64]) == .mp3)
    #expect(FileSignature(of: [0xFF, 0xF1, 0x50, 0x80]) == .aac)
    #expect(FileSignature(of: [0x1F, 0x8B, 8]) == .gzip)
    #expect(FileSignature(of: [0x1A, 0x45, 0xDF, 0xA3]) == .matroska)
    #expect(FileSignature(of: [0, 0, 1, 0, 2, 0]) == nil)
    #expect(FileSignature(of: []) == nil)
    let raw = #expect(throws: AudioError.self) { try WAVFile([0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]) }
    #expect(raw?.kind == .notRIFF)
    #expect(raw?.signature == nil)
    #expect(raw?.message.contains("00 00 01 00") == true)
  }
}
