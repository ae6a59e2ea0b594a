/// Files in the form of WAV: any header, chunks in any order, sizes that are true, placeholders or lies.
enum RandomWAV {
  private static let strays = ["LIST", "JUNK", "bext", "id3 ", "fact", "cue ", "PEAK", "smpl", "\0\0\0\0", "ÿÿ"]
  /// Sizes that writers use before they know the true one, and sizes at the edge of a range.
  private static let edges: [UInt64] = [0, 1, 44, 2_000_000_000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFDB, 0xFFFF_FFFF]

  static func make(from mutator: inout FuzzMutator) -> [UInt8] {
    var file: [UInt8] = []
    repeat { file += one(from: &mutator) } while mutator.once(in: 6) && file.count < 1 << 14
    return file
  }

  /// A single file; further ones may follow it, as in an answer in pieces.
  private static func one(from mutator: inout FuzzMutator) -> [UInt8] {
    let container = mutator.pick(["RIFF", "RIFF", "RIFF", "RIFF", "RF64", "BW64", "RIFX"]) ?? "RIFF"
    var chunks: [[UInt8]] = []
    if container != "RIFF" || mutator.once(in: 20) { chunks.append(sizes64(from: &mutator)) }
    let format = format(from: &mutator)
    let data = chunk("data", mutator.bytes(dataCount(from: &mutator)), from: &mutator)
    chunks += mutator.once(in: 10) ? [data, format] : [format, data]
    if mutator.once(in: 10), let place = mutator.pick([0, 1]) { chunks.remove(at: place) }
    while mutator.once(in: 2), chunks.count < 12 {
      let name = mutator.pick(strays + ["fmt ", "data"]) ?? "JUNK"
      let stray = chunk(name, mutator.bytes(mutator.number(0...30)), from: &mutator)
      chunks.insert(stray, at: mutator.number(0...chunks.count))
    }
    let body = Array("WAVE".utf8) + chunks.joined()
    return Array(container.utf8) + little(size(of: body.count, from: &mutator), bytes: 4) + body
  }

  private static func dataCount(from mutator: inout FuzzMutator) -> Int {
    mutator.once(in: 20) ? mutator.number(0...1 << 15) : mutator.number(0...600)
  }

  private static func format(from mutator: inout FuzzMutator) -> [UInt8] {
    let tag = mutator.once(in: 10) ? mutator.number(0...65_535) : mutator.pick([1, 1, 1, 3, 6, 7, 0xFFFE]) ?? 1
    let channels = mutator.once(in: 20) ? mutator.number(0...65_535) : mutator.number(1...3)
    let rates = [1, 160, 8000, 16_000, 22_050, 24_000, 44_100, 48_000, 192_000, 40_000_000, 0xFFFF_FFFF]
    let rate = mutator.once(in: 10) ? mutator.number(0...0xFFFF_FFFF) : mutator.pick(rates) ?? 16_000
    let depths = [1: [8, 16, 24, 32, 12, 20], 3: [32, 64], 6: [8], 7: [8]]
    let depth = mutator.once(in: 20) ? mutator.number(0...65_535) : mutator.pick(depths[tag] ?? [8, 16, 24, 32]) ?? 16
    let align = mutator.once(in: 10) ? mutator.number(0...65_535) : channels * ((depth + 7) / 8)
    var body = little(UInt64(tag), bytes: 2) + little(UInt64(channels), bytes: 2) + little(UInt64(rate), bytes: 4)
    body += little(UInt64(rate) &* UInt64(align), bytes: 4) + little(UInt64(align), bytes: 2)
    body += little(UInt64(depth), bytes: 2)
    if tag == 0xFFFE || mutator.once(in: 10) {
      let valid = mutator.once(in: 4) ? mutator.number(0...70) : depth
      let subFormat = mutator.pick([1, 3, 6, 7, 0xFFFE]) ?? 1
      body += little(22, bytes: 2) + little(UInt64(valid), bytes: 2) + little(3, bytes: 4)
      body += little(UInt64(subFormat), bytes: 2) + [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    }
    if mutator.once(in: 20) { body.removeLast(mutator.number(1...body.count)) }
    return chunk("fmt ", body, from: &mutator)
  }

  private static func sizes64(from mutator: inout FuzzMutator) -> [UInt8] {
    let wide: [UInt64] = edges + [1 << 32, 1 << 63, .max, UInt64(mutator.number(0...2000))]
    let numbers = (0..<3).flatMap { _ in little(mutator.pick(wide) ?? 0, bytes: 8) }
    return chunk("ds64", numbers + little(0, bytes: 4), from: &mutator)
  }

  /// A chunk with its padding, which is sometimes forgotten, and a size, which is sometimes a lie.
  private static func chunk(_ name: String, _ body: [UInt8], from mutator: inout FuzzMutator) -> [UInt8] {
    var chunk = Array(name.utf8.prefix(4)) + little(size(of: body.count, from: &mutator), bytes: 4) + body
    if body.count % 2 == 1, !mutator.once(in: 4) { chunk.append(0) }
    return chunk
  }

  private static func size(of count: Int, from mutator: inout FuzzMutator) -> UInt64 {
    guard mutator.once(in: 8) else { return UInt64(count) }
    return mutator.once(in: 2) ? mutator.pick(edges) ?? 0 : UInt64(mutator.number(0...2 * count + 4))
  }

  private static func little(_ value: UInt64, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }
}
