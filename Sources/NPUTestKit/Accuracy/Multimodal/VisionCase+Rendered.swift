internal import NPUMetrics
internal import NPUServices

extension VisionCase {
  /// Questions about images that are made here, so that the right response is known: words to be read, colours, and the
  /// highest bar of a chart.
  ///
  /// The same seed gives the same cases.
  ///
  /// - Parameters:
  ///   - count: How many cases.
  ///   - seed: Decides words, colours and heights.
  /// - Returns: The cases, `text-1`, `colour-2`, `chart-3` and so on.
  /// - Throws: ``AccuracyError`` where memory is out.
  public static func rendered(_ count: Int = 24, seed: UInt64 = 1) throws(AccuracyError) -> [VisionCase] {
    var generator = SeededGenerator(seed: seed)
    var cases: [VisionCase] = []
    for index in 0..<max(0, count) {
      do {
        switch index % 3 {
        case 0: cases.append(try text(index + 1, &generator))
        case 1: cases.append(try colour(index + 1, &generator))
        default: cases.append(try chart(index + 1, &generator))
        }
      } catch {
        throw AccuracyError(kind: .malformed, message: "an image of the cases cannot be made: \(error)")
      }
    }
    return cases
  }

  private static func text(_ number: Int, _ generator: inout SeededGenerator) throws -> VisionCase {
    // Letters and digits that nobody takes for one another.
    let letters = Array("ACDEFHKMNPRTWXY34679")
    let word = String((0..<5).map { _ in letters[generator.integer(in: 0...letters.count - 1)] })
    return VisionCase(
      id: "text-\(number)", question: "What is written in this image? Respond with the characters alone.",
      image: try TestImage.text(word).png(), keywords: [word])
  }

  private static func colour(_ number: Int, _ generator: inout SeededGenerator) throws -> VisionCase {
    let colours: [TestColor] = [.black, .white, .red, .green, .blue, .yellow, .orange, .purple]
    let colour = colours[generator.integer(in: 0...colours.count - 1)]
    return VisionCase(
      id: "colour-\(number)", question: "Which colour is this image? Respond with one word.",
      image: try TestImage.solid(colour).png(), keywords: [colour.name])
  }

  private static func chart(_ number: Int, _ generator: inout SeededGenerator) throws -> VisionCase {
    var names = ["Mars", "Venus", "Earth", "Saturn", "Pluto", "Jupiter"]
    var bars: [TestImage.Bar] = []
    let highest = generator.integer(in: 0...3)
    for place in 0..<4 {
      let name = names.remove(at: generator.integer(in: 0...names.count - 1))
      bars.append(TestImage.Bar(name, place == highest ? 90 : generator.integer(in: 10...60)))
    }
    return VisionCase(
      id: "chart-\(number)", question: "Which bar of this chart is the highest? Respond with its label alone.",
      image: try TestImage.barChart(bars).png(), keywords: [bars[highest].label])
  }
}
