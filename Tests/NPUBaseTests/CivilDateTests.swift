import NPUBase
import Testing

@Suite("Civil dates")
struct CivilDateTests {
  @Test(
    "Days are counted from 1970, and a count of days is a date again",
    arguments: [
      (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (2024, 2, 29, 19_782),
      (2026, 11, 21, 20_778), (1900, 3, 1, -25_508), (1600, 2, 29, -135_081), (0, 3, 1, -719_468), (0, 2, 29, -719_469),
      (-1, 12, 31, -719_529), (9999, 12, 31, 2_932_896),
    ] as [(Int, Int, Int, Int)])
  func days(year: Int, month: Int, day: Int, days: Int) throws {
    let date = try #require(CivilDate(year: year, month: month, day: day))
    #expect(date.daysSince1970 == days)
    #expect(CivilDate(daysSince1970: days) == date)
  }

  @Test("Every day of four centuries follows the one before")
  func sequence() {
    let first = -200 * 366
    var previous = CivilDate(daysSince1970: first - 1)
    for days in first...first + 146_097 {
      let date = CivilDate(daysSince1970: days)
      let isNext = date.day == previous.day + 1 && date.month == previous.month
      let opensMonth = date.day == 1 && (date.month == previous.month + 1 || (date.month == 1 && previous.month == 12))
      guard date.daysSince1970 == days, isNext || opensMonth else {
        Issue.record("\(date) is day \(days) after \(previous)")
        return
      }
      previous = date
    }
  }

  @Test(
    "A day that does not exist is none",
    arguments: [
      (2025, 2, 29), (1900, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0), (2026, 1, 32),
      (.max, 1, 1), (.min, 1, 1), (2026, .max, 1), (2026, 1, .min),
    ] as [(Int, Int, Int)])
  func absent(year: Int, month: Int, day: Int) { #expect(CivilDate(year: year, month: month, day: day) == nil) }
}
