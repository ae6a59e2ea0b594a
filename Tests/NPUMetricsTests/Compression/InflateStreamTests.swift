import NPUMetrics
import Testing

@Suite("Unpacking deflated streams")
struct InflateStreamTests {
  private static let text = Array("The quick brown fox jumps over the lazy dog, and the dog sleeps on.".utf8)

  /// The text as zlib 1.2.13 deflates it.
  private static let deflated: [UInt8] = [
    0x0B, 0xC9, 0x48, 0x55, 0x28, 0x2C, 0xCD, 0x4C, 0xCE, 0x56, 0x48, 0x2A, 0xCA, 0x2F, 0xCF, 0x53, 0x48, 0xCB, 0xAF,
    0x50, 0xC8, 0x2A, 0xCD, 0x2D, 0x28, 0x56, 0xC8, 0x2F, 0x4B, 0x2D, 0x52, 0x28, 0x01, 0x4A, 0xE7, 0x24, 0x56, 0x55,
    0x2A, 0xA4, 0xE4, 0xA7, 0xEB, 0x28, 0x24, 0xE6, 0xA5, 0x80, 0x45, 0x80, 0x1C, 0x85, 0xE2, 0x9C, 0xD4, 0x54, 0x90,
    0xAA, 0x3C, 0x3D, 0x00,
  ]

  /// The stream with its header before and its checksum behind.
  private static func packed(_ wrapper: InflateStream.Wrapper) -> [UInt8] {
    switch wrapper {
    case .none: deflated
    case .zlib: [0x78, 0xDA] + deflated + [0x39, 0x70, 0x17, 0xEB]
    case .gzip:
      [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3] + deflated + [0xA8, 0x22, 0xC4, 0xFB, UInt8(text.count), 0, 0, 0]
    }
  }

  @Test("A stream gives its bytes, whatever stands around it", arguments: InflateStream.Wrapper.allCases)
  func whole(wrapper: InflateStream.Wrapper) {
    let (bytes, state) = InflateStream.unpack(Self.packed(wrapper).span, wrapper, limit: 1000)
    #expect(bytes == Self.text)
    #expect(state == .ended)
  }

  @Test("A stream that comes and goes byte by byte gives the same bytes", arguments: InflateStream.Wrapper.allCases)
  func byteByByte(wrapper: InflateStream.Wrapper) {
    let packed = Self.packed(wrapper)
    guard let stream = InflateStream(wrapper) else {
      Issue.record("zlib has no memory")
      return
    }
    var bytes: [UInt8] = []
    var state = InflateStream.State.open
    var taken = 0
    while state == .open, bytes.count <= Self.text.count {
      var byte: UInt8 = 0
      let input = packed.span.extracting(taken..<min(taken + 1, packed.count))
      let step = unsafe withUnsafeMutablePointer(to: &byte) { place in
        unsafe stream.inflate(input, into: UnsafeMutableBufferPointer(start: place, count: 1))
      }
      taken += step.consumed
      state = step.state
      if step.produced == 1 { bytes.append(byte) }
    }
    #expect(bytes == Self.text)
    #expect(state == .ended)
    #expect(taken == packed.count)
  }

  @Test("No more is unpacked than the limit", arguments: [0, 1, 66])
  func limited(limit: Int) {
    let (bytes, state) = InflateStream.unpack(Self.deflated.span, .none, limit: limit)
    #expect(bytes == Array(Self.text.prefix(limit)))
    #expect(state == .open)
  }

  @Test("A stream that is cut off stays open", arguments: InflateStream.Wrapper.allCases)
  func cut(wrapper: InflateStream.Wrapper) {
    let packed = Self.packed(wrapper)
    for count in 0..<packed.count {
      let (bytes, state) = InflateStream.unpack(packed.span.extracting(0..<count), wrapper, limit: 1000)
      #expect(state == .open, "\(count) bytes")
      #expect(Self.text.starts(with: bytes))
    }
  }

  @Test("What follows the end is left alone", arguments: InflateStream.Wrapper.allCases)
  func trailing(wrapper: InflateStream.Wrapper) {
    let packed = Self.packed(wrapper)
    let (bytes, state) = InflateStream.unpack((packed + [1, 2, 3]).span, wrapper, limit: 1000)
    #expect(bytes == Self.text)
    #expect(state == .ended)
  }

  @Test(
    "A damaged stream says why",
    arguments: [
      (InflateStream.Wrapper.none, [0x07], "invalid block type"),
      (.zlib, [0x78, 0xDB], "incorrect header check"),
      (.zlib, [0x78, 0xBB, 0, 0, 0, 1], "it asks for a preset dictionary"),
      (.gzip, [0x78, 0xDA], "incorrect header check"),
    ] as [(InflateStream.Wrapper, [UInt8], String)])
  func damaged(wrapper: InflateStream.Wrapper, packed: [UInt8], reason: String) {
    let (bytes, state) = InflateStream.unpack(packed.span, wrapper, limit: 1000)
    #expect(bytes.isEmpty)
    #expect(state == .damaged(reason))
  }

  @Test("A wrong checksum is damage", arguments: [InflateStream.Wrapper.zlib, .gzip])
  func checksum(wrapper: InflateStream.Wrapper) {
    var packed = Self.packed(wrapper)
    packed[packed.count - (wrapper == .gzip ? 5 : 1)] ^= 1
    let (_, state) = InflateStream.unpack(packed.span, wrapper, limit: 1000)
    #expect(state == .damaged("incorrect data check"))
  }

  @Test("CRC-32 is that of PNG, ZIP and gzip")
  func crc32() {
    #expect(CRC32.of([UInt8]().span) == 0)
    // The check value of the catalogue of CRC algorithms.
    #expect(CRC32.of(Array("123456789".utf8).span) == 0xCBF4_3926)
    #expect(CRC32.of(Self.text.span) == 0xFBC4_22A8)
  }
}
