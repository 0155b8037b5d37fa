/** Node's own import, past the test runner's, which would not know `electron`. */
module.exports = url => import(url)
